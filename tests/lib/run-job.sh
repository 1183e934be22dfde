#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-job.sh "NAME KIND ARGUMENT...": one job of tests/run; says "passed NAME" or
# "failed NAME", and leaves what it printed in $WORK/logs.
set -euo pipefail

lib=$(cd "$(dirname "$0")" && pwd)
read -ra words <<<"$1"
name=${words[0]} kind=${words[1]}
log=$WORK/logs/${name//\//_}
dir=$WORK/${name}
mkdir -p "$WORK/logs" "$dir"

run()
{
	case $kind in
	growth) make -s O="${O:-build}" CC="${CC:-cc}" -C "$lib/../.." "${O:-build}/tests/bench" &&
		(cd "$lib/../.." && tests/bench/growth "$KLP" "${O:-build}/tests/bench" "$dir") ;;
	case) "$lib/run-case.sh" "${words[@]:2:3}" "$dir" "${words[@]:5}" ;;
	*) "$lib/run-unit.sh" "$kind" "${words[2]}" "$dir" ;;
	esac
}

if run >"$log" 2>&1; then
	echo "passed $name"
else
	echo "failed $name"
fi
