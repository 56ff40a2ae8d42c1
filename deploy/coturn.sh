#!/bin/sh
# Starts coturn with coturn.conf beside this file, and with what only this machine knows, from the environment:
#   TURN_ADDRESS          the address that the internet sees
#   TURN_PRIVATE_ADDRESS  behind the NAT of a cloud, the machine's own
#   TURN_SECRET           as the server has it
#   TURN_REALM            a name, such as chat.example.org
#   TURN_CERT, TURN_KEY   PEM files, for TLS on port 443; without them there is none
set -eu
umask 077
own=${TURN_PRIVATE_ADDRESS:-$TURN_ADDRESS}
conf=${TURN_RUN:-/run/porchlight}/turnserver.conf
{
  grep -vE '^(listening-ip|relay-ip|external-ip|static-auth-secret|realm|cert|pkey)=' "$(dirname "$0")/coturn.conf"
  echo "listening-ip=$own"
  echo "relay-ip=$own"
  if [ "$own" != "$TURN_ADDRESS" ]; then echo "external-ip=$TURN_ADDRESS/$own"; fi
  echo "static-auth-secret=${TURN_SECRET:?is not set}"
  echo "realm=$TURN_REALM"
  if [ -n "${TURN_CERT:-}" ]; then
    echo "cert=$TURN_CERT"
    echo "pkey=$TURN_KEY"
  else
    echo no-tls
  fi
  echo "userdb=${conf%.conf}.sqlite"
  echo "pidfile=${conf%.conf}.pid"
} >"$conf"
exec turnserver -c "$conf"
