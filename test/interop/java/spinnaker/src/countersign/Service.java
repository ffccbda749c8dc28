package countersign;

import com.netflix.spinnaker.config.DefaultServiceEndpoint;
import com.netflix.spinnaker.config.okhttp3.OkHttpClientProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Handshake;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A service that is started in the same way as Spinnaker's own. */
final class Service {
  /** Name, files and settings of a service. */
  static final class Description {
    public String service;

    /** Folder that stands for `/`. */
    public String root;

    /** Environment of the container. */
    public Map<String, String> environment;

    public List<String> arguments;
  }

  /** A call to another service. */
  static final class Call {
    /** Property that contains the URL. */
    public String url;

    public int port;

    /** Host that replaces the URL's; null for the URL's own. */
    public String host;

    /** Way in which the service creates its client with kork: `provider` or `builder`. */
    public String client;
  }

  private final ConfigurableApplicationContext context;

  private Service(ConfigurableApplicationContext context) {
    this.context = context;
  }

  static Service start(Description description) {
    // As in the start script of every service (spinnaker-gradle-project, SpinnakerApplicationPlugin).
    String configuration = "optional:" + description.root + "/opt/spinnaker/config/";
    ContainerEnvironment environment =
        new ContainerEnvironment(
            description.environment, Map.of("spring.config.import", configuration));
    return new Service(
        new SpringApplicationBuilder(Parts.class)
            .properties(defaults(description.service))
            .listeners(environment)
            .run(description.arguments.toArray(String[]::new)));
  }

  /** Returns the defaults of every service's Main (kork, DefaultPropertiesBuilder), which everything else overrides. */
  private static Map<String, Object> defaults(String service) {
    Map<String, Object> defaults = new HashMap<>();
    defaults.put("netflix.environment", "test");
    defaults.put("netflix.account", "${netflix.environment}");
    defaults.put("netflix.stack", "test");
    defaults.put("spring.config.name", "spinnaker,${spring.application.name}");
    defaults.put("spring.config.import", "optional:${user.home}/.spinnaker/");
    defaults.put("spring.profiles.active", "${netflix.environment},local");
    defaults.put("spring.profiles.include", "composite");
    defaults.put("spring.application.name", service);
    return defaults;
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", int.class);
  }

  Map<String, Object> call(Call call) {
    String configured = context.getEnvironment().getRequiredProperty(call.url);
    HttpUrl.Builder url = HttpUrl.get(configured).newBuilder().port(call.port);
    if (call.host != null) url.host(call.host);
    RememberedPort sockets = new RememberedPort();
    OkHttpClient client =
        client(call.client, configured)
            .newBuilder()
            .socketFactory(sockets)
            .dns(host -> List.of(InetAddress.getLoopbackAddress()))
            .build();
    try (Response response =
        client.newCall(new Request.Builder().url(url.build()).build()).execute()) {
      Map<String, Object> answer = new HashMap<>();
      answer.put("status", response.code());
      answer.put("body", response.body().string());
      Handshake handshake = response.handshake();
      if (handshake != null) answer.put("suite", handshake.cipherSuite().javaName());
      return answer;
    } catch (IOException failure) {
      return Map.of("error", Main.messages(failure), "from", sockets.port());
    } finally {
      client.connectionPool().evictAll(); // the next call must make a handshake, too
    }
  }

  private OkHttpClient client(String way, String url) {
    return way.equals("provider")
        ? context
            .getBean(OkHttpClientProvider.class)
            .getClient(new DefaultServiceEndpoint("callee", url))
        : context.getBean(OkHttpClient.Builder.class).build();
  }

  void stop() {
    context.close();
  }
}
