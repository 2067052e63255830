# examples/typescript/main.ts in Python: the same bytes.
from cdk8s import App, Chart, Duration
from cdk8s_canary import (
    ArgoCdApplication,
    CanaryApp,
    CanaryAppAutoscaling,
    CanaryCheck,
    CanaryScale,
    CanaryStep,
    ClientTls,
    GatewayServer,
    HeaderMatch,
    IstioTrafficOptions,
    ManifestPatch,
    ManifestPatchTarget,
    SplitBy,
    TrafficPolicy,
)

app = App()
chart = Chart(app, "languages", namespace="shop")
hosts = ["checkout.example.com"]

CanaryApp(
    chart,
    "checkout",
    image="registry.example.com/checkout:1.4.2",
    port=8080,
    hosts=hosts,
    split_in_mesh=True,
    prometheus="http://prometheus.monitoring:9090",
    autoscaling=CanaryAppAutoscaling(min_replicas=4, max_replicas=10, cpu=70),
    steps=[
        CanaryStep.canary_scale(CanaryScale.weight(25)),
        CanaryStep.set_header_route("testers", [HeaderMatch.exact("x-canary", "always")]),
        CanaryStep.pause(),
        CanaryStep.set_weight(10),
        CanaryStep.canary_scale(CanaryScale.match_traffic_weight()),
        CanaryStep.analysis(),
        CanaryStep.set_weight(50),
        CanaryStep.pause(Duration.minutes(10)),
        CanaryStep.analysis(),
    ],
    checks=[
        CanaryCheck.success_rate(at_least=0.99),
        CanaryCheck.latency(quantile=0.95, at_most=Duration.millis(500)),
    ],
    traffic=IstioTrafficOptions(
        split_by=SplitBy.subsets(),
        servers=[GatewayServer.https("checkout-cert", hosts=hosts)],
        traffic_policy=TrafficPolicy(tls=ClientTls.istio_mutual()),
    ),
    patches=[
        ManifestPatch(
            target=ManifestPatchTarget(kind="Rollout"),
            merge={"metadata": {"annotations": {"team": "payments"}}},
        )
    ],
)

ArgoCdApplication(
    Chart(app, "languages-argocd"),
    "checkout",
    manages=[chart],
    repo_url="https://git.example.com/shop/deploy.git",
    path="dist",
    include="languages.k8s.yaml",
)

# What is wrong is reported as an exception of the language, before anything is written.
wrong = App()
CanaryApp(Chart(wrong, "wrong"), "checkout", image="registry.example.com/checkout:1", port=0)
message = ""
try:
    wrong.synth()
except Exception as error:
    message = str(error)
if "port" not in message:
    raise AssertionError(f"a port of 0 was not refused: {message}")

app.synth()
