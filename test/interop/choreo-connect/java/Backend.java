import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server that requires a client certificate and answers with its CN. It reads key stores, whose password is in
 * STORE_PASSWORD, takes its settings as NAME=VALUE, and ends with its standard input.
 */
public final class Backend {
  private static final int PATIENCE_MS = 30_000;
  private static final char[] PASSWORD = System.getenv("STORE_PASSWORD").toCharArray();
  private static final List<String> VERSIONS = List.of("TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3");
  private static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
  /** Suites of TLS 1.3, which are in the same list as the others. Without them, there is no TLS 1.3. */
  private static final List<String> TLS13_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  public static void main(String[] args) throws Exception {
    Map<String, String> settings = new HashMap<>();
    for (String arg : args) {
      String[] words = arg.split("=", 2);
      settings.put(words[0], words[1]);
    }
    SSLServerSocket listener = listen(settings);
    System.out.println("listening on 127.0.0.1:" + listener.getLocalPort());
    Thread server = new Thread(() -> serve(listener));
    server.setDaemon(true);
    server.start();
    while (System.in.read() != -1) {}
    System.exit(0);
  }

  private static SSLServerSocket listen(Map<String, String> settings) throws IOException, GeneralSecurityException {
    String type = settings.get("type");
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(type, settings.get("keys")), PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(type, settings.get("trust")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket listener =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    int oldest = VERSIONS.indexOf(settings.get("minimum"));
    int newest = VERSIONS.indexOf(settings.get("maximum"));
    listener.setEnabledProtocols(PROTOCOLS.subList(oldest, newest + 1).toArray(String[]::new));
    List<String> suites = new ArrayList<>(Arrays.asList(settings.get("ciphers").split(",")));
    if (settings.get("maximum").equals("TLS1_3")) suites.addAll(TLS13_SUITES);
    listener.setEnabledCipherSuites(suites.toArray(String[]::new));
    listener.setNeedClientAuth(true);
    return listener;
  }

  private static KeyStore load(String type, String file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type);
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static void serve(SSLServerSocket listener) {
    while (true) {
      try {
        SSLSocket socket = (SSLSocket) listener.accept();
        Thread connection = new Thread(() -> answer(socket));
        connection.setDaemon(true);
        connection.start();
      } catch (IOException e) {
        System.err.println("cannot listen: " + e.getMessage());
        return;
      }
    }
  }

  private static void answer(SSLSocket accepted) {
    try (SSLSocket socket = accepted) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.startHandshake();
      X509Certificate client = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      BufferedReader request =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = request.readLine(); line != null && !line.isEmpty(); ) line = request.readLine();
      String body = client.getSubjectX500Principal().getName().replaceFirst("(?s)^CN=([^,]*).*", "$1");
      String response = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      socket.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException refused) {
      System.err.println("refused: " + refused.getMessage());
    }
  }
}
