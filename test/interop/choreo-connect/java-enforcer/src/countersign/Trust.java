package countersign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** CAs that the enforcer trusts, as a server and as a client (v1.2.0, config/ConfigHolder.java, util/TLSUtils.java). */
final class Trust {
  private Trust() {}

  /** Returns Java's own CAs, which the enforcer trusts by default, and the certificates of all files in a folder. */
  static TrustManagerFactory of(Path folder) throws GeneralSecurityException, IOException {
    List<Certificate> anchors = new ArrayList<>(defaults());
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".pem") || file.toString().endsWith(".crt")) anchors.addAll(in(file));
      }
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    for (Certificate anchor : anchors) store.setCertificateEntry("anchor" + store.size(), anchor);
    return made(store);
  }

  /** Returns the certificates of a file, in their order. */
  static Collection<? extends Certificate> in(Path file) throws GeneralSecurityException, IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(content);
    }
  }

  private static List<X509Certificate> defaults() throws GeneralSecurityException {
    for (TrustManager manager : made(null).getTrustManagers()) {
      if (manager instanceof X509TrustManager) return List.of(((X509TrustManager) manager).getAcceptedIssuers());
    }
    return List.of();
  }

  private static TrustManagerFactory made(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
