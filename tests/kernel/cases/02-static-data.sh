# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
ids=/proc/sys/kernel/random
boot=$(cat $ids/boot_id)
upper=$(echo "$boot" | tr a-f A-F)
before() { expect "$boot" "$(cat $ids/boot_id)"; }
after() {
	expect "$upper" "$(cat $ids/boot_id)" &&
	hasnot A cat $ids/uuid && hasnot B cat $ids/uuid && hasnot C cat $ids/uuid
}
