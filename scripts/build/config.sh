# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What patched Kconfig files change: the kernel's own tool is asked how this kernel would be configured,
# before and after.  A fix that adds an option for others, or a "select" of what is on already, changes
# nothing; code behind an option that would be on is compiled without it, as the kernel that runs is.

# configured WHEN: the configuration, as olddefconfig completes the kernel's in the tree
configured() {
	local words=("${make_words[@]}")

	[ -n "$cache" ] || read -r -a words <<<"${KLP_MAKE:-}"
	cp "$kdir/.config" "$room/config-out/.config"
	job_wait make -s -C "$room/config" O="$room/config-out" "${words[@]}" olddefconfig \
		>"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2
		die "$(paste -sd ' ' "$work/kconfigs"): make olddefconfig ends with an error there" \
			"($1 the patches)"; }
	grep '^CONFIG_' "$room/config-out/.config" | LC_ALL=C sort >"$work/config-$1"
}

# The source without what a build in it has left: make wants a clean one then.
clean_tree() {
	local generated

	for generated in "$source"/include/{config,generated} "$source"/arch/*/include/generated; do
		[ ! -d "$generated" ] || echo "${generated#"$source/"}"
	done >"$work/generated"
	mapfile -t generated <"$work/generated"
	own_tree "$room/config" "${generated[@]}"
	rm -f "${generated[@]/#/"$room/config/"}"
}

ask_config() {
	local changed file

	[ -s "$work/kconfigs" ] || return 0
	[ -z "$module" ] || die "$(paste -sd ' ' "$work/kconfigs"): a module outside of the kernel cannot" \
		"add to its configuration: leave it out of the patch"
	[ -f "$kdir/.config" ] || die "$kdir: has no .config, by which to tell what $(paste -sd ' ' \
		"$work/kconfigs") changes: leave it out of the patch"
	mkdir "$room/config-out"
	clean_tree
	configured before
	apply_patches "$room/config"
	configured after
	changed=$(LC_ALL=C comm -3 "$work/config-before" "$work/config-after" | sed 's/^\t/now /; t; s/^/was /' |
		paste -sd ',')
	while IFS= read -r file; do
		noted file "$file" config
		[ -z "$changed" ] || is_left "$file" ||
			refuse "$file: the patches change how this kernel would be configured (${changed//,/, }):" \
				"what runs is as it is configured, and so is what is compiled here; if that is" \
				"right, pass --leave $file"
	done <"$work/kconfigs"
}
