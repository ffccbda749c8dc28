package countersign;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The enforcer's server and its client (v1.2.0, server/AuthServer.java, util/TLSUtils.java, util/GRPCUtils.java). */
final class Channels {
  private static final int PATIENCE_S = 30;

  private Channels() {}

  /** Starts a server like the one on the enforcer's port. It answers every method with the CN of the caller. */
  static int serve(Container own) throws GeneralSecurityException, IOException {
    SslContext context =
        GrpcSslContexts.forServer(
                own.named("ENFORCER_PUBLIC_CERT_PATH").toFile(), own.named("ENFORCER_PRIVATE_KEY_PATH").toFile())
            .trustManager(Trust.of(own.named("TRUSTED_CA_CERTS_PATH")))
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(context)
            .fallbackHandlerRegistry(new AnyMethod())
            .build()
            .start();
    return server.getPort();
  }

  /** @return the answer of the adapter at an address to the enforcer. */
  static String call(Container own, String address) throws GeneralSecurityException, IOException {
    SslContext context =
        GrpcSslContexts.forClient()
            .trustManager(Trust.of(own.named("TRUSTED_CA_CERTS_PATH")))
            .keyManager(
                own.named("ENFORCER_PUBLIC_CERT_PATH").toFile(), own.named("ENFORCER_PRIVATE_KEY_PATH").toFile())
            .build();
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address)
            .useTransportSecurity()
            .sslContext(context)
            .overrideAuthority(own.variable("ADAPTER_HOST_NAME"))
            .build();
    try {
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS);
      byte[] answer = ClientCalls.blockingUnaryCall(channel, method("countersign/who"), options, new byte[0]);
      return new String(answer, StandardCharsets.UTF_8);
    } finally {
      channel.shutdownNow();
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes()).setType(MethodType.UNARY).setFullMethodName(name).build();
  }

  private static final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      ServerCallHandler<byte[], byte[]> handler =
          (call, headers) -> {
            call.request(1);
            return new Answer(call);
          };
      return ServerMethodDefinition.create(method(name), handler);
    }
  }

  private static final class Answer extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Answer(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onHalfClose() {
      call.sendHeaders(new Metadata());
      call.sendMessage(commonName(call.getAttributes()).getBytes(StandardCharsets.UTF_8));
      call.close(Status.OK, new Metadata());
    }
  }

  private static String commonName(Attributes attributes) {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      X509Certificate client = (X509Certificate) session.getPeerCertificates()[0];
      return client.getSubjectX500Principal().getName().replaceFirst("(?s)^CN=([^,]*).*", "$1");
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Marshals a message as its bytes, unchanged. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
