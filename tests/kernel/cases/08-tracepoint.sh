# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
tracing=/sys/kernel/tracing
[ -d $tracing/events ] || tracing=/sys/kernel/debug/tracing
event=$tracing/events/task/task_rename/enable

# the name that a process gets, as the kernel and as the trace show it (what stands
# behind cat keeps the shell from becoming cat)
renamed() {
	sh -c 'echo -n klp-before >/proc/$$/comm; cat /proc/$$/comm; :'
}
traced() {
	echo >$tracing/trace
	echo 1 >$event
	renamed >/dev/null
	echo 0 >$event
	cat $tracing/trace
}
before() { expect klp-before "$(renamed)" && has newcomm=klp-before traced; }
after() {
	expect klp-after "$(renamed)" && has newcomm=klp-after traced || return 1
	# switched off again: nothing more is traced
	echo >$tracing/trace
	renamed >/dev/null
	hasnot newcomm cat $tracing/trace
}
