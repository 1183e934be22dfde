# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Whatever ends a script that reads this, it leaves nothing behind and nothing that still runs.
#
# Bash takes no trapped signal while it waits for a command in front of it.  Short commands are
# ended therefore before a trap runs: the folder that mktemp makes is known by then.  Long ones
# are waited for with job_wait, which a signal ends.

# Paths that are removed when the script ends.
job_removes=()

# job_start COMMAND...: run it beside the script, as a process group of its own
job_start() {
	set -m
	"$@" &
	set +m
}

# job_wait COMMAND...: run it; a signal that ends the script ends the command, too
job_wait() {
	job_start "$@"
	wait $!
}

# End the jobs that run, and remove what is to be removed.  A compiler that lives on for a moment
# would write into a folder that is being removed: wait for all of a group, not for its first
# process alone, and for five seconds at most.
job_end() {
	local job tries=250

	trap '' HUP INT TERM
	for job in $(jobs -rp); do
		while kill -- "-$job" 2>/dev/null && (( tries-- > 0 )); do
			sleep 0.02
		done
	done
	rm -rf "${job_removes[@]}"
}

trap job_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
