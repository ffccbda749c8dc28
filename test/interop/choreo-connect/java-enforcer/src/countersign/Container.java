package countersign;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** A folder that stands for a container's root, with its variables in a file. */
final class Container {
  private final Path root;
  private final Properties variables = new Properties();

  Container(String root) throws IOException {
    this.root = Path.of(root);
    try (Reader reader = Files.newBufferedReader(this.root.resolve("environment"))) {
      variables.load(reader);
    }
  }

  String variable(String name) {
    String value = variables.getProperty(name);
    if (value == null) throw new IllegalStateException("the container has no variable " + name);
    return value;
  }

  /** Returns the file or folder that a variable names. */
  Path named(String variable) {
    return inside(variable(variable));
  }

  Path inside(String path) {
    return root.resolve(path.substring(1));
  }
}
