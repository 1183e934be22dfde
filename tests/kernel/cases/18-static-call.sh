# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: ppc64le (elsewhere code depends on no register that a call changes)
secs=/proc/sys/kernel/random/urandom_min_reseed_secs
head -c 1 /dev/random >/dev/null
value=$(cat $secs)
before() { expect "$value" "$(cat $secs)"; }
# cat reads twice: what is there, and that there is no more
after() {
	expect "$((value + 7000))" "$(cat $secs)" && expect "$((value + 9000))" "$(cat $secs)"
}
