# The quickstart in Python: the same constructs, from the same jsii module, and the same bytes come out.
from cdk8s import App, Chart
from cdk8s_canary import CanaryApp, CanaryStep

app = App()
CanaryApp(
    Chart(app, "quickstart", namespace="shop"),
    "checkout",
    image="registry.example.com/checkout:1.4.2",
    port=8080,
    hosts=["checkout.example.com"],
    prometheus="http://prometheus.monitoring:9090",
    steps=[CanaryStep.set_weight(50), CanaryStep.pause(), CanaryStep.analysis()],
)
app.synth()
