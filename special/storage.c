// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kind of memory a section becomes.  Sources: include/asm-generic/vmlinux.lds.h,
 * include/linux/{init,cache,percpu-defs}.h and kernel/module/main.c of Linux 4.x to 7.x.
 */
#include <stddef.h>
#include <string.h>

#include <klp/elf.h>
#include <klp/special.h>
#include <klp/text.h>

/* The first that fits counts; a '*' at the end of a name stands for any rest. */
static const struct {
	const char *name;
	enum storage storage;
} sections[] = {
	/* Data that the hypervisor may read, which is mapped in another way (x86, SEV). */
	{ ".data..percpu..decrypted", STORAGE_OWN },
	{ ".data..percpu*", STORAGE_PER_CPU },
	{ ".data..ro_after_init*", STORAGE_RO_AFTER_INIT },
	/* Macros choose these for the sake of caches only. */
	{ ".data..read_mostly", STORAGE_DATA },
	{ ".data..cacheline_aligned", STORAGE_DATA },
	{ ".data..page_aligned", STORAGE_DATA },
	{ ".bss..page_aligned", STORAGE_DATA },
	/* Clang's own names: .L_MergedGlobals, .Lubsan, .L__const.f */
	{ ".data..L*", STORAGE_DATA },
	{ ".bss..L*", STORAGE_DATA },
	{ ".rodata..L*", STORAGE_READ_ONLY },
	/* Others with two dots are of the source's choice: ..nosave, ..decrypted. */
	{ ".data..*", STORAGE_OWN },
	{ ".bss..*", STORAGE_OWN },
	{ ".rodata..*", STORAGE_OWN },
	/* Constants with relocations. */
	{ ".data.rel.ro*", STORAGE_READ_ONLY },
	{ ".rodata*", STORAGE_READ_ONLY },
	{ ".srodata*", STORAGE_READ_ONLY },
	{ ".lrodata*", STORAGE_READ_ONLY },
	{ ".ref.rodata", STORAGE_READ_ONLY },
	{ ".data", STORAGE_DATA },
	{ ".data.*", STORAGE_DATA },
	{ ".bss", STORAGE_DATA },
	{ ".bss.*", STORAGE_DATA },
	{ ".sdata*", STORAGE_DATA },
	{ ".sbss*", STORAGE_DATA },
	{ ".ldata*", STORAGE_DATA },
	{ ".lbss*", STORAGE_DATA },
	{ ".ref.data", STORAGE_DATA },
	{ NULL, STORAGE_OWN },
};

enum storage special_storage_of(const struct arch *arch, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(arch, sec);
	size_t i = 0;

	if (sec->flags & SHF_TLS)
		return STORAGE_THREAD;
	if (rule && rule->flags & SPECIAL_FREED)
		return !starts_with(sec->name, ".exit") && !starts_with(sec->name, ".memexit") ?
			       STORAGE_INIT : STORAGE_EXIT;
	if (sec->flags & SHF_EXECINSTR)
		return STORAGE_CODE;
	while (sections[i].name && !text_matches(sec->name, sections[i].name))
		i++;
	return sections[i].storage;
}

const char *special_storage_text(enum storage storage)
{
	static const char *const texts[] = {
		[STORAGE_UNKNOWN] = "unknown",
		[STORAGE_CODE] = "code",
		[STORAGE_DATA] = "ordinary data",
		[STORAGE_READ_ONLY] = "read-only",
		[STORAGE_RO_AFTER_INIT] = "read-only after init",
		[STORAGE_INIT] = "freed after boot or load",
		[STORAGE_EXIT] = "discarded, or for unloading only,",
		[STORAGE_PER_CPU] = "per-CPU",
		[STORAGE_THREAD] = "thread-local",
		[STORAGE_OWN] = "in a section of its own kind",
	};

	return texts[storage];
}
