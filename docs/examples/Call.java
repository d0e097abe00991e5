import allmende.v1.MunicipalityServiceGrpc;
import allmende.v1.MunicipalityServiceOuterClass.ListPartiesRequest;
import io.grpc.Grpc;
import io.grpc.TlsChannelCredentials;
import java.io.File;

/** Lists the parties. {@code deploy/dev/example java} generates what is imported here, and compiles it. */
class Call {
    public static void main(String[] arguments) throws Exception {
        var credentials = TlsChannelCredentials.newBuilder()
            .trustManager(new File(System.getenv("ALLMENDE_CA")))
            .keyManager(new File(System.getenv("ALLMENDE_CERTIFICATE")), new File(System.getenv("ALLMENDE_KEY")))
            .build();
        var channel = Grpc.newChannelBuilder(System.getenv("ALLMENDE_SERVER"), credentials).build();
        var municipalities = MunicipalityServiceGrpc.newBlockingStub(channel);
        var answer = municipalities.listParties(ListPartiesRequest.getDefaultInstance());
        for (var party : answer.getPartiesList()) System.out.println(party.getName() + " " + party.getDisplayName());
        channel.shutdown();
    }
}
