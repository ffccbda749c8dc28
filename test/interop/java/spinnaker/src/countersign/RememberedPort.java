package countersign;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Creates a client's sockets, and remembers the last one for its port. */
final class RememberedPort extends SocketFactory {
  private Socket last = new Socket();

  /** Returns the port, or -1 if the client has never connected. */
  int port() {
    return last.getLocalPort();
  }

  @Override
  public Socket createSocket() {
    last = new Socket();
    return last;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw new UnsupportedOperationException();
  }
}
