package countersign;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reasons why servers of this process refuse handshakes. In TLS 1.3, the client does not always learn them. */
final class Refusals {
  private static final long PATIENCE_SECONDS = 20;
  private static final Pattern CLIENT_PORT = Pattern.compile("port \\[(\\d+)\\]");

  /** Reasons by the client's port. */
  private static final Map<Integer, CompletableFuture<Throwable>> REASONS =
      new ConcurrentHashMap<>();

  /** Tomcat's logger. It is kept here because loggers without references are collected with their handlers. */
  private static final Logger HANDSHAKES =
      Logger.getLogger("org.apache.tomcat.util.net.NioEndpoint.handshake");

  private Refusals() {}

  static void listen() {
    HANDSHAKES.setLevel(Level.FINE);
    HANDSHAKES.setUseParentHandlers(false);
    HANDSHAKES.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            Matcher client = CLIENT_PORT.matcher(record.getMessage());
            if (record.getThrown() != null && client.find()) {
              reason(Integer.parseInt(client.group(1))).complete(record.getThrown());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }

  static Throwable of(int clientPort) throws Exception {
    Throwable reason = reason(clientPort).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    REASONS.remove(clientPort);
    return reason;
  }

  private static CompletableFuture<Throwable> reason(int clientPort) {
    return REASONS.computeIfAbsent(clientPort, port -> new CompletableFuture<>());
  }
}
