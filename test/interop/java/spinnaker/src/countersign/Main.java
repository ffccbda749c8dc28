package countersign;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs services of Spinnaker, but only their connections. It reads commands from standard input, one JSON object a
 * line, and answers each with an object: the result, or the messages of an exception and its causes as `error`.
 *
 * <pre>
 * start    starts the service `service` below folder `root` as `id`; answers with the `port` of its server
 * call     lets `id` call the URL in its property `url`, but at `port` of this machine; answers with `status`, `body`
 *          and cipher `suite`, or with `error` and the port that it called `from`
 * refusal  answers with the `reasons` for which a server refused the handshake with a client at port `from`
 * stop     stops `id`
 * </pre>
 */
public final class Main {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final Map<String, Service> SERVICES = new HashMap<>();

  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err); // where Spring Boot writes its log
    Refusals.listen();
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
    }
    System.exit(0); // servers have threads of their own
  }

  private static Object answer(JsonNode command) {
    try {
      String id = command.path("id").asText();
      switch (command.path("do").asText()) {
        case "start":
          Service started = Service.start(JSON.treeToValue(command, Service.Description.class));
          SERVICES.put(id, started);
          return Map.of("port", started.port());
        case "call":
          return SERVICES.get(id).call(JSON.treeToValue(command, Service.Call.class));
        case "refusal":
          return Map.of("reasons", messages(Refusals.of(command.path("from").asInt())));
        case "stop":
          SERVICES.remove(id).stop();
          return Map.of();
        default:
          throw new IllegalArgumentException("no such command: " + command);
      }
    } catch (Throwable failure) { // a test must be told about errors, too
      return Map.of("error", messages(failure));
    }
  }

  static List<String> messages(Throwable failure) {
    List<String> messages = new ArrayList<>();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      messages.add(each.getClass().getSimpleName() + ": " + each.getMessage());
    }
    return messages;
  }
}
