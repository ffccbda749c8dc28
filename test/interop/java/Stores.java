import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Uses PKCS#12 and JKS stores as Java servers and clients do. It reads commands from standard input, one a line with tabs
 * between words, and answers each with a line. The password of every store is in STORE_PASSWORD.
 *
 * <pre>
 * list STORE                      the entries, e.g. `server: key, chain of CN=leaf, CN=CA`
 * handshake MODE KEYS TRUST CLIENT_KEYS CLIENT_TRUST HOST
 *                                 results of a server (MODE is want or need) and of a client that calls HOST;
 *                                 CLIENT_KEYS is - for a client without a certificate
 * </pre>
 */
public final class Stores {
  private static final int PATIENCE_MS = 30_000;
  private static final char[] PASSWORD = System.getenv("STORE_PASSWORD").toCharArray();

  public static void main(String[] args) throws Exception {
    // By default, Java reads a store of either format under the name of the other.
    Security.setProperty("keystore.type.compat", "false");
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split("\t");
      System.out.println(words[0].equals("list") ? list(load(words[1])) : handshake(words));
    }
    System.exit(0);
  }

  private static KeyStore load(String file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(file.endsWith(".jks") ? "JKS" : "PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static String list(KeyStore store) throws GeneralSecurityException {
    List<String> entries = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)) {
        entries.add(alias + ": anchor " + name(store.getCertificate(alias)));
      } else {
        Key key = store.getKey(alias, PASSWORD);
        List<String> chain = Arrays.stream(store.getCertificateChain(alias)).map(Stores::name).toList();
        entries.add(alias + ": " + key.getAlgorithm() + " key, chain of " + String.join(", ", chain));
      }
    }
    Collections.sort(entries);
    return String.join("; ", entries);
  }

  private static String name(Certificate certificate) {
    return ((X509Certificate) certificate).getSubjectX500Principal().getName();
  }

  // In TLS 1.3, a client may be refused while it still writes. It then sees a broken connection without a reason. The
  // reason comes from the side that refuses.
  private static String handshake(String[] words) throws Exception {
    boolean need = words[1].equals("need");
    SSLContext ours = context(words[2], words[3]);
    SSLContext theirs = context(words[4], words[5]);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (SSLServerSocket listener =
        (SSLServerSocket) ours.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
      listener.setSoTimeout(PATIENCE_MS);
      if (need) listener.setNeedClientAuth(true);
      else listener.setWantClientAuth(true);
      Future<String> server = executor.submit(() -> serve(listener));
      String client = call(theirs, new Socket(loopback, listener.getLocalPort()), words[6]);
      return "server: " + server.get() + "; client: " + client;
    } finally {
      executor.shutdownNow();
    }
  }

  private static SSLContext context(String keys, String trust)
      throws IOException, GeneralSecurityException {
    KeyManager[] keyManagers = null;
    if (!keys.equals("-")) {
      KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(load(keys), PASSWORD);
      keyManagers = factory.getKeyManagers();
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(load(trust));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers, factory.getTrustManagers(), null);
    return context;
  }

  private static String serve(SSLServerSocket listener) {
    try (SSLSocket socket = (SSLSocket) listener.accept()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.startHandshake();
      // In TLS 1.3, only this tells the client that its certificate was accepted.
      socket.getOutputStream().write('x');
      return peer(socket);
    } catch (IOException refused) {
      return reason(refused);
    }
  }

  private static String call(SSLContext context, Socket plain, String host) {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
      socket.setSoTimeout(PATIENCE_MS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getInputStream().read() == 'x' ? peer(socket) : "refused: closed";
    } catch (IOException refused) {
      return reason(refused);
    }
  }

  private static String peer(SSLSocket socket) {
    try {
      return "accepted " + name(socket.getSession().getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException none) {
      return "accepted nobody";
    }
  }

  /** Returns the reason. Later versions of Java (25) prefix it with the alert's name: {@code (certificate_unknown)}. */
  private static String reason(IOException refused) {
    return "refused: " + String.valueOf(refused.getMessage()).replaceFirst("^\\(\\w+\\) ", "");
  }
}
