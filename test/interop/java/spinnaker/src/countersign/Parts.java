package countersign;

import com.netflix.spectator.api.NoopRegistry;
import com.netflix.spectator.api.Registry;
import com.netflix.spinnaker.config.OkHttpClientComponents;
import com.netflix.spinnaker.config.okhttp3.OkHttpClientProvider;
import java.security.cert.X509Certificate;
import javax.servlet.http.HttpServletRequest;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Parts of every service that make connections: Spring Boot, with kork's additions. kork-tomcat configures itself; the
 * rest of kork's platform takes no part in connections, and pom.xml leaves out its dependencies.
 */
@Configuration
@EnableAutoConfiguration(excludeName = "com.netflix.spinnaker.kork.PlatformComponents")
@ComponentScan(basePackageClasses = OkHttpClientProvider.class)
@Import(OkHttpClientComponents.class)
class Parts {
  @Bean
  Registry registry() {
    return new NoopRegistry();
  }

  /** Answers with the client's identity, as the server sees it. */
  @RestController
  static class WhoAmI {
    @GetMapping("/")
    String client(HttpServletRequest request) {
      Object chain = request.getAttribute("javax.servlet.request.X509Certificate");
      return chain == null
          ? "nobody"
          : ((X509Certificate[]) chain)[0].getSubjectX500Principal().getName();
    }
  }
}
