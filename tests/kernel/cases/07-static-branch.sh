# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
secs=/proc/sys/kernel/random/urandom_min_reseed_secs
# the key is switched once the generator is ready, which this waits for
head -c 1 /dev/random >/dev/null
value=$(cat $secs)
before() { expect "$value" "$(cat $secs)"; }
after() { expect "$((value + 1000))" "$(cat $secs)"; }
