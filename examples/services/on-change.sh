#!/bin/sh
# Runs a command when it starts, and whenever the files of a mounted Secret or ConfigMap have changed, for servers that
# read their files again on a signal:
#
#   on-change.sh FOLDER COMMAND [ARGUMENT]...
#
# The kubelet replaces all files of a volume at once: it makes the link ..data point to another folder. A command that
# fails is repeated. INTERVAL is the time in seconds between two looks.
folder=$1
shift
while :; do
  now=$(readlink "$folder/..data")
  if [ "$now" != "$handled" ] && "$@"; then
    handled=$now
    echo "on-change.sh: $folder/$now"
  fi
  sleep "${INTERVAL:-10}"
done
