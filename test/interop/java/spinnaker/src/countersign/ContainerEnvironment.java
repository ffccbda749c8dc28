package countersign;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Replaces this process's environment and system properties by a container's before anything reads them. So one
 * process, which is slow to start, can run many containers.
 */
final class ContainerEnvironment
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
  private final Map<String, Object> environment;
  private final Map<String, Object> properties = new HashMap<>();

  ContainerEnvironment(Map<String, String> environment, Map<String, String> properties) {
    this.environment = new HashMap<>(environment);
    System.getProperties().forEach((name, value) -> this.properties.put((String) name, value));
    this.properties.putAll(properties);
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    MutablePropertySources sources = event.getEnvironment().getPropertySources();
    String variables = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    sources.replace(variables, new SystemEnvironmentPropertySource(variables, environment));
    String own = StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME;
    sources.replace(own, new MapPropertySource(own, properties));
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
