# Runs once, when a machine starts for the first time. The stack writes /etc/tallyflow, and installs start-release and
# fetch-release, before it.

# Amazon Linux has Docker, but not Compose. Version and checksum are those of Docker's official image.
compose_version=v5.4.0
compose_sha256=fc5d1371f1ec7987e703da94ede49af3fbfb240b83f22991a98511de7bc4b93b

# The network of a machine that has just started may not be there yet.
for attempt in 1 2 3 4 5; do
  if dnf install --assumeyes docker jq; then break; fi
  echo "Docker could not be installed (attempt $attempt of 5)"
  sleep 10
done
plugins=/usr/local/lib/docker/cli-plugins
mkdir -p "$plugins"
curl --silent --show-error --fail --location --retry 5 --output "$plugins/docker-compose" \
  "https://github.com/docker/compose/releases/download/$compose_version/docker-compose-linux-aarch64"
echo "$compose_sha256  $plugins/docker-compose" | sha256sum --check
chmod 755 "$plugins/docker-compose"

cat >/etc/systemd/system/tallyflow.service <<'UNIT'
[Unit]
Description=Tallyflow
Wants=network-online.target
Requires=docker.service
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/bin/start-release
# Takes the machine out of the load balancer, and lets the API finish its requests and the worker its rows.
ExecStop=/var/lib/tallyflow/current/deploy/aws/simple/tallyflow stop
TimeoutStartSec=20min
TimeoutStopSec=10min
# Until database and registry are there.
Restart=on-failure
RestartSec=30

[Install]
WantedBy=multi-user.target
UNIT

# Docker starts a container again when its process ends, but not when its health check fails.
cat >/etc/systemd/system/tallyflow-health.service <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'docker ps --quiet --filter health=unhealthy | xargs --no-run-if-empty docker restart'
UNIT
cat >/etc/systemd/system/tallyflow-health.timer <<'UNIT'
[Timer]
OnBootSec=5min
OnUnitActiveSec=1min

[Install]
WantedBy=timers.target
UNIT

systemctl daemon-reload
systemctl enable --now docker tallyflow-health.timer
# Starting takes minutes, and is repeated until the registry has the image.
systemctl enable --now --no-block tallyflow
