// Renders every example to dist/, as `cdk8s synth` runs it. Each is a program of its own, as a user would write it.
import './quickstart/main';
import './reference/main';
import './subsets-mtls/main';
import './openshift/main';
import './gateway-api/main';
import './gitops/main';
import './header-mirror/main';
import './blue-green/main';
import './adopt-deployment/main';
import './grpc-istio/main';
