package countersign;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;

/**
 * A stand-in for Choreo Connect's enforcer. It reads the same files and variables in a container, and makes the same
 * connections with them.
 */
public final class Enforcer {
  /**
   * The logger with which gRPC reports failed handshakes, at a level that is not shown by default. It is kept in a
   * field because loggers without a reference are garbage collected.
   */
  private static final Logger HANDSHAKES =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.WriteBufferingAndExceptionHandler");

  private Enforcer() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) serve(List.of(args).subList(1, args.length));
    else ask();
    System.exit(0);
  }

  /** Starts a server for each NAME=ROOT, and ends with its standard input. */
  private static void serve(List<String> named) throws Exception {
    HANDSHAKES.setLevel(Level.ALL);
    HANDSHAKES.setUseParentHandlers(false);
    HANDSHAKES.addHandler(new Refusals());
    List<String> listening = new ArrayList<>();
    for (String each : named) {
      String[] words = each.split("=", 2);
      listening.add(words[0] + "=127.0.0.1:" + Channels.serve(new Container(words[1])));
    }
    System.out.println("listening on " + String.join(" ", listening));
    while (System.in.read() != -1) {}
  }

  /** Answers each line with one line. */
  private static void ask() throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer;
      try {
        answer = answer(line.split("\t"));
      } catch (Exception e) {
        answer = "failed: " + reasons(e);
      }
      System.out.println(answer);
    }
  }

  private static String answer(String[] words) throws Exception {
    Container own = new Container(words[1]);
    switch (words[0]) {
      case "start":
        Channels.serve(own);
        return "started";
      case "call":
        return Channels.call(own, words[2]);
      case "tokens":
        return Tokens.isSignedAndVerified(own.inside(words[2]), own.inside(words[3])) ? "verified" : "not verified";
      default:
        throw new IllegalArgumentException(words[0]);
    }
  }

  /** Returns an error and its causes in one line. */
  private static String reasons(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (text.length() > 0) text.append(" <- ");
      text.append(each);
    }
    return text.toString().replaceAll("\\s+", " ");
  }

  private static final class Refusals extends Handler {
    @Override
    public void publish(LogRecord record) {
      for (Throwable each = record.getThrown(); each != null; each = each.getCause()) {
        if (each instanceof SSLException) {
          System.err.println("refused: " + reasons(each));
          return;
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
