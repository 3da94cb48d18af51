#!/usr/bin/env bash
# Runs a command on machines that ssh reaches without a password, one process on each:
#
#   Suites/cluster/ssh.sh one,two,three heterogeneity Suites/field.yaml --run runs/field
#
# The repository, built with the same MPI, the data and the runs must have the same paths on all machines, on a file
# system that they share. A second Ctrl-C is not needed: `kill -USR1` on mpirun saves everywhere and ends.
set -euo pipefail
hosts=$1
shift
count=$(tr ',' '\n' <<<"$hosts" | wc -l)
# Each process uses all cores of its machine, so none is bound to one of them.
exec mpirun -n "$count" --host "$hosts" --map-by ppr:1:node --bind-to none ./highmmt "$@"
