#!/usr/bin/env bash
# cdk8s-plus-34 2.0.54 with cdk8s 2.70.106, 2026-11-28. Needs: node, npm.
#
# Guess: a HorizontalPodAutoscaler without scaling rules does what its API page
#   says by default: when scaling up it at most doubles the number of pods per
#   minute, when scaling down it goes to the minimum after five minutes; or it
#   leaves the behaviour to Kubernetes.
# True: the written policies mean something else. `Percent 200` adds 200 %, so
#   the number triples. Scaling down is limited to `minReplicas` pods per five
#   minutes, since the minimum is written as the number of pods to remove: from
#   40 pods to a minimum of 1 takes more than three hours. Kubernetes itself
#   would remove all of them at once after its window.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

echo '{"private": true}' >package.json
quiet npm install --no-fund --no-audit --ignore-scripts --save-exact \
  cdk8s@2.70.106 cdk8s-plus-34@2.0.54 constructs@10.8.1
cat >main.cjs <<'JS'
const { Chart, Testing } = require('cdk8s');
const kplus = require('cdk8s-plus-34');
for (const minReplicas of [1, 5]) {
  const chart = new Chart(Testing.app(), 'chart');
  const target = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 80 }] });
  new kplus.HorizontalPodAutoscaler(chart, 'autoscaler', { target, minReplicas, maxReplicas: 40 });
  const { scaleUp, scaleDown } = Testing.synth(chart).find((o) => o.kind === 'HorizontalPodAutoscaler').spec.behavior;
  const text = (rules) => rules.policies.map((p) => `${p.type} ${p.value} per ${p.periodSeconds} s`).join(', ');
  console.log(`minReplicas ${minReplicas}: up ${text(scaleUp)}; down ${text(scaleDown)}`);
}
JS

expected='minReplicas 1: up Pods 4 per 60 s, Percent 200 per 60 s; down Pods 1 per 300 s
minReplicas 5: up Pods 4 per 60 s, Percent 200 per 60 s; down Pods 5 per 300 s'
seen=$(node main.cjs)
echo "cdk8s-plus-34 $(node -p 'require("cdk8s-plus-34/package.json").version')"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
