# Runs once, when a machine starts for the first time. The stack writes /etc/tallyflow, and installs the scripts beside
# this one, before it.

cat >/etc/systemd/system/tallyflow.service <<'UNIT'
[Unit]
Description=Tallyflow
Wants=network-online.target docker.service
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=/usr/local/bin/install-docker
ExecStart=/usr/local/bin/start-release
# Takes the machine out of the load balancer, and lets the API finish its requests and the worker its rows.
ExecStop=/var/lib/tallyflow/current/deploy/aws/simple/tallyflow stop
TimeoutStartSec=20min
TimeoutStopSec=10min
# Until whatever it installs from, the database and the registry are there.
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
systemctl enable --now tallyflow-health.timer
# Starting takes minutes, and is repeated until the registry has the image.
systemctl enable --now --no-block tallyflow
