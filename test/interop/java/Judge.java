import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Verifies chains for a purpose with JSSE's own trust manager. It reads questions from standard input, one a line: the
 * file of the chain, leaf first, the file of the trusted certificates, and server or client. It answers each with a
 * line, which is empty if the chain is accepted.
 */
public final class Judge {
  public static void main(String[] args) throws Exception {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      System.out.println(answer(line.split("\t")));
    }
  }

  private static String answer(String[] words) throws Exception {
    try {
      X509Certificate[] chain = read(words[0]).toArray(new X509Certificate[0]);
      X509TrustManager manager = trusting(read(words[1]));
      if (words[2].equals("server")) manager.checkServerTrusted(chain, "UNKNOWN");
      else manager.checkClientTrusted(chain, "UNKNOWN");
      return "";
    } catch (CertificateException | IllegalArgumentException problem) {
      return String.valueOf(problem).replaceAll("\\s+", " ");
    }
  }

  private static List<X509Certificate> read(String file) throws Exception {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<?> all = CertificateFactory.getInstance("X.509").generateCertificates(in);
      List<X509Certificate> read = new ArrayList<>();
      for (Object each : all) read.add((X509Certificate) each);
      return read;
    }
  }

  private static X509TrustManager trusting(List<X509Certificate> anchors) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate anchor : anchors) store.setCertificateEntry("ca" + store.size(), anchor);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
