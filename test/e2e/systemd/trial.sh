#!/usr/bin/env bash
# Played by the systemd that boot.sh has booted, as root: a line `name: what was seen` for each
# promise of the unit. main.ts says what must stand there.
say() { echo "$1: ${*:2}"; }
show() { systemctl show strongbox-agent -p "$1" --value; }
health() { curl -s -o /dev/null -w '%{http_code}' --unix-socket "$socket" http://localhost/v1/sys/health; }
socket=/run/strongbox/strongbox.sock

"@NODE@" "@PROJECT@/.bin/strongbox-agent.mjs" service install
systemctl daemon-reload
systemctl start strongbox-agent
say start "$?"
# With Type=notify a start that has returned is one that the agent has said is over.
say state "$(show Type) $(show ActiveState) $(show StatusText)"
say health "$(health)"
say socket "$(stat -c '%a %U:%G' "$socket")"
# The command line finds the service by itself, from any folder.
say found "$(cd / && "@NODE@" "@PROJECT@/.bin/strongbox.mjs" status | awk '/^Address/ { print $2 }')"
stranger=(setpriv --reuid=65534 --regid=65534 --clear-groups)
say stranger "$("${stranger[@]}" curl -s -o /dev/null -w '%{http_code}' --unix-socket "$socket" http://localhost/)"
process=$(show MainPID)
say privileges "$(awk '/^(NoNewPrivs|Seccomp|CapEff|CapBnd):/ { printf "%s%s ", $1, $2 }' "/proc/$process/status")"
say root "$(awk '/^Uid:/ { print ($2 == 0 ? "yes" : "no") }' "/proc/$process/status")"
say folders "$(stat -c '%a' /var/lib/strongbox /var/lib/strongbox/data /var/log/strongbox | xargs)"
say core "$(awk '/^Max core/ { print $5, $6 }' "/proc/$process/limits")"
say exposure "$(systemd-analyze security strongbox-agent --no-pager | awk '/Overall/ { print $(NF-2) }')"
systemctl reload strongbox-agent
say reload "$? $(show ActiveState)"

# The watchdog is fed while the agent answers itself, and only then.
sleep 12
say fed "$(show NRestarts) $(show ActiveState)"
kill -STOP "$process"
for ((turn = 0; turn < 60; turn += 1)); do
  sleep 0.5
  [[ $(show NRestarts) != 0 && $(show ActiveState) == active ]] && break
done
say blocked "$(show NRestarts) $(show ActiveState) $(health)"
systemctl stop strongbox-agent
say stop "$? $(show Result) $(show ActiveState)"
