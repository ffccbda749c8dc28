package countersign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Signs tokens like the enforcer (v1.2.0, util/JWTUtils.java), and verifies them like their readers. */
final class Tokens {
  private static final byte[] CONTENT = "{\"iss\":\"countersign\"}".getBytes(StandardCharsets.UTF_8);

  private Tokens() {}

  /** @param certificates file with certificates, of which only the first one is used. */
  static boolean isSignedAndVerified(Path key, Path certificates) throws GeneralSecurityException, IOException {
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(privateKey(key));
    signature.update(CONTENT);
    byte[] signed = signature.sign();
    Certificate first = Trust.in(certificates).iterator().next();
    signature.initVerify(first.getPublicKey());
    signature.update(CONTENT);
    return signature.verify(signed);
  }

  /** Reads a key like the enforcer, which removes only these two lines and decodes everything else as Base64. */
  private static PrivateKey privateKey(Path file) throws GeneralSecurityException, IOException {
    String content =
        Files.readString(file)
            .replace("-----BEGIN PRIVATE KEY-----", "")
            .replace("-----END PRIVATE KEY-----", "")
            .replace(System.lineSeparator(), "");
    byte[] encoded = Base64.getDecoder().decode(content);
    return (RSAPrivateKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
