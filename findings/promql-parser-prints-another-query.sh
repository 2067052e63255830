#!/usr/bin/env bash
# promql-parser 0.12.0 (PyPI), 2026-11-28. Needs: python3 with pip.
#
# Guess: the text of a parsed query is the same query in another layout, so it
#   can be parsed again and sent to Prometheus.
# True: a subquery with the default step loses its colon, which makes it a range
#   of something that has none; and the backslash of a label matcher or a string
#   is printed bare, so `\\d` becomes the invalid escape `\d` and a quote ends
#   the string early. Both are read correctly; only the printed text is wrong.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet python3 -m pip install --no-deps --disable-pip-version-check --target packages promql-parser==0.12.0
cat >main.py <<'PY'
import promql_parser

for query in [
    "rate(x[5m])",
    "max_over_time(rate(x[5m])[1h:1m])",
    "max_over_time(rate(x[5m])[1h:])",
    'x{code=~"5\\\\d\\\\d"}',
    'x{path="a\\"b"}',
]:
    printed = str(promql_parser.parse(query))
    try:
        promql_parser.parse(printed)
        again = "parses again"
    except ValueError:
        again = "does not parse again"
    print(f"{query} => {printed} {again}")
PY

expected='rate(x[5m]) => rate(x{}[5m]) parses again
max_over_time(rate(x[5m])[1h:1m]) => max_over_time(rate(x{}[5m])[1h:1m]) parses again
max_over_time(rate(x[5m])[1h:]) => max_over_time(rate(x{}[5m])[1h]) does not parse again
x{code=~"5\\d\\d"} => x{code=~"5\d\d"} does not parse again
x{path="a\"b"} => x{path="a"b"} does not parse again'
seen=$(PYTHONPATH=packages python3 main.py)
echo "promql-parser $(PYTHONPATH=packages python3 -c 'import importlib.metadata as m; print(m.version("promql-parser"))')"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
