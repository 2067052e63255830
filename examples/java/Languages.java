// examples/typescript/main.ts in Java: the same bytes.
import dev.cdk8scanary.ArgoCdApplication;
import dev.cdk8scanary.ArgoCdApplicationProps;
import dev.cdk8scanary.CanaryApp;
import dev.cdk8scanary.CanaryAppAutoscaling;
import dev.cdk8scanary.CanaryAppProps;
import dev.cdk8scanary.CanaryCheck;
import dev.cdk8scanary.CanaryScale;
import dev.cdk8scanary.CanaryStep;
import dev.cdk8scanary.ClientTls;
import dev.cdk8scanary.GatewayServer;
import dev.cdk8scanary.GatewayServerOptions;
import dev.cdk8scanary.HeaderMatch;
import dev.cdk8scanary.IstioTrafficOptions;
import dev.cdk8scanary.LatencyOptions;
import dev.cdk8scanary.ManifestPatch;
import dev.cdk8scanary.ManifestPatchTarget;
import dev.cdk8scanary.SplitBy;
import dev.cdk8scanary.SuccessRateOptions;
import dev.cdk8scanary.TrafficPolicy;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Duration;

public final class Languages {
    public static void main(String[] args) {
        App app = new App();
        Chart chart = new Chart(app, "languages", ChartProps.builder().namespace("shop").build());
        List<String> hosts = List.of("checkout.example.com");

        new CanaryApp(chart, "checkout", CanaryAppProps.builder()
            .image("registry.example.com/checkout:1.4.2")
            .port(8080)
            .hosts(hosts)
            .splitInMesh(true)
            .prometheus("http://prometheus.monitoring:9090")
            .autoscaling(CanaryAppAutoscaling.builder().minReplicas(4).maxReplicas(10).cpu(70).build())
            .steps(List.of(
                CanaryStep.canaryScale(CanaryScale.weight(25)),
                CanaryStep.setHeaderRoute("testers", List.of(HeaderMatch.exact("x-canary", "always"))),
                CanaryStep.pause(),
                CanaryStep.setWeight(10),
                CanaryStep.canaryScale(CanaryScale.matchTrafficWeight()),
                CanaryStep.analysis(),
                CanaryStep.setWeight(50),
                CanaryStep.pause(Duration.minutes(10)),
                CanaryStep.analysis()))
            .checks(List.of(
                CanaryCheck.successRate(SuccessRateOptions.builder().atLeast(0.99).build()),
                CanaryCheck.latency(LatencyOptions.builder().quantile(0.95).atMost(Duration.millis(500)).build())))
            .traffic(IstioTrafficOptions.builder()
                .splitBy(SplitBy.subsets())
                .servers(List.of(
                    GatewayServer.https("checkout-cert", GatewayServerOptions.builder().hosts(hosts).build())))
                .trafficPolicy(TrafficPolicy.builder().tls(ClientTls.istioMutual()).build())
                .build())
            .patches(List.of(ManifestPatch.builder()
                .target(ManifestPatchTarget.builder().kind("Rollout").build())
                .merge(Map.of("metadata", Map.of("annotations", Map.of("team", "payments"))))
                .build()))
            .build());

        new ArgoCdApplication(new Chart(app, "languages-argocd"), "checkout", ArgoCdApplicationProps.builder()
            .manages(List.of(chart))
            .repoUrl("https://git.example.com/shop/deploy.git")
            .path("dist")
            .include("languages.k8s.yaml")
            .build());

        refuse();
        app.synth();
    }

    /** What is wrong is reported as an exception, before anything is written. */
    private static void refuse() {
        App wrong = new App();
        new CanaryApp(new Chart(wrong, "wrong"), "checkout",
            CanaryAppProps.builder().image("registry.example.com/checkout:1").port(0).build());
        String message = "";
        try {
            wrong.synth();
        } catch (RuntimeException error) {
            message = error.getMessage();
        }
        if (!message.contains("port")) {
            throw new IllegalStateException("a port of 0 was not refused: " + message);
        }
    }
}
