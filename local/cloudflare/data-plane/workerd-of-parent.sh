#!/bin/sh
# Runs workerd as this very process, and ends it when the process that started it is gone: after a
# kill -9 of the local cloud it would go on and hold the public port against the next start.
self=$$
parent=$PPID

# Not whether the parent lives: one that nobody has waited for yet still counts as alive.
is_child_of_parent() {
  ppid=
  if [ -d /proc/self ]; then
    read -r _ _ _ ppid _ <"/proc/$self/stat"
  else
    ppid=$(ps -o ppid= -p "$self" | tr -d ' ')
  fi
  [ "$ppid" = "$parent" ]
}

(
  # The pipes belong to workerd; holding them open would hide its end from the parent.
  exec 0<&- 1>&- 2>/dev/null 3>&-
  while is_child_of_parent; do sleep 0.2; done
  # Without a parent it has ended by itself, and its number may be another's by now.
  [ -z "$ppid" ] || kill -9 "$self"
) &
exec "$LOCAL_CLOUD_WORKERD" "$@"
