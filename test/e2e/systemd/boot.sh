#!/usr/bin/env bash
# Boots a systemd of its own beside whatever runs this host, and lets it play a script:
#
#   boot.sh FOLDER PROJECT SCRIPT
#
# Its root is the host's, read-only, under an overlay in memory: nothing of the host is written.
# Processes, mounts, network, host name and cgroup are namespaces of their own. What the script
# printed is in FOLDER/said when it is over. Needs root.
set -eu
folder=$1 project=$2 script=$3

if [[ ${STRONGBOX_BOOT_STAGE:-} != inside ]]; then
  cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
  [[ -n $cgroups ]] || { echo 'no cgroup2 file system is mounted' >&2; exit 1; }
  own=$cgroups/strongbox-trial-$$
  mkdir "$own"
  trap 'find "$own" -depth -type d -exec rmdir {} + 2>/dev/null || true' EXIT
  export STRONGBOX_BOOT_STAGE=inside
  # The one that is started moves itself: the shell that cleans up stays where it was.
  timeout -s KILL 180 sh -c 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"' sh "$own" \
    unshare --pid --fork --kill-child --cgroup --ipc --uts --net --mount --propagation private \
    "$BASH" "$0" "$@"
  exit
fi

mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder"/{upper,work,root}
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$folder/root"
cd "$folder/root"
mkdir -p ".$project" run tmp dev proc sys .before .said
mount --bind "$project" ".$project"
mount -o remount,ro,bind ".$project"
install -m 755 "$script" ./usr/local/bin/strongbox-trial
rm -rf ./etc/systemd/system/*.wants
cat > ./etc/systemd/system/strongbox-trial.service <<'UNIT'
[Unit]
DefaultDependencies=no
After=basic.target
[Service]
Type=oneshot
ExecStart=/usr/local/bin/strongbox-trial
StandardOutput=file:/.said/trial
StandardError=file:/.said/trial
ExecStopPost=/bin/systemctl exit 0
TimeoutStartSec=150
UNIT
cat > ./etc/systemd/system/strongbox-trial.target <<'UNIT'
[Unit]
Requires=basic.target
Wants=strongbox-trial.service
After=basic.target
UNIT

# The answer leaves through the one folder that is the caller's own.
mount --bind "$SAID" ./.said
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
while read -r name major minor; do mknod -m 666 "dev/$name" c "$major" "$minor"; done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd
pivot_root . .before
umount -l /.before
export container=strongbox-trial
exec /lib/systemd/systemd --system --unit=strongbox-trial.target --show-status=no
