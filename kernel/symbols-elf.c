// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which symbols of a linked kernel or module its kallsyms lists, and in what order
 * livepatch counts those of one name.
 *
 * vmlinux.  klp_find_object_symbol() (kernel/livepatch/core.c) counts the calls
 * from kallsyms_on_each_match_symbol() (kernel/kallsyms.c), which walks
 * kallsyms_seqs_of_names[].  scripts/kallsyms.c writes that table:
 * compare_names() sorts by name, then address, then seq, and seq is by then
 * the place in the table that compare_symbols() sorted: by address, weak ones
 * last, then what looks made by the linker script, then by leading underscores,
 * then as nm -n printed them.  For one name only the address can differ in
 * effect: entries of one name and one address are the same to livepatch.
 * Before 6.2 there was no table by name; the walk over all symbols was in the
 * order of compare_symbols(), which gives the same.
 *
 * Its input is nm -n of the linked vmlinux, which leaves out section and file
 * symbols, filtered by scripts/mksysmap and then is_ignored_symbol().  Livepatch
 * depends on KALLSYMS_ALL, so data counts as well.
 *
 * Modules.  module_kallsyms_on_each_symbol() (kernel/module/kallsyms.c) walks
 * the module's symbol table and calls back for every entry that is not
 * SHN_UNDEF: absolute and file symbols count too.  Once the module is live, the
 * table is the one that add_kallsyms() copied: what is_core_symbol() accepts.
 *
 * And which functions of it ftrace can redirect, by its tables.  Ftrace's places are, in vmlinux,
 * the addresses from __start_mcount_loc to __stop_mcount_loc, and in a module what the
 * relocations of __mcount_loc or __patchable_function_entries lead to (kernel/trace/ftrace.c:
 * ftrace_init(), ftrace_module_init()).  A kernel that moves itself at boot may have its
 * addresses in relative relocations alone (ld --no-apply-dynamic-relocs, arch/arm64/Makefile).
 * An entry that is 0 belonged to a weak function that another one overrides; sorted by the
 * kernel's build (scripts/sorttable.c), these come first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/special.h>
#include <klp/text.h>

#include "internal.h"

/* A place is that far from a function's begin at most, before it or behind it. */
#define NEAR 16

#define MODULE_SHIFT 40	/* no section of a module is larger */
#define RELA_SIZE   24	/* Elf64_Rela */
#define RELA_SYM    12
#define RELA_ADDEND 16

/* ---- ftrace's places ---- */

/* An address, or in a module, whose sections have none yet, section and offset. */
static uint64_t place_of(const struct elf *elf, uint32_t sec, uint64_t value)
{
	return elf->type == ET_REL ? ((uint64_t)sec << MODULE_SHIFT) + value : value;
}

static void add_place(struct kernel_file *k, uint64_t place)
{
	k->traced = arena_grow(k->arena, k->traced, k->nr_traced, &k->cap_traced,
			       sizeof(*k->traced));
	k->traced[k->nr_traced++] = place;
}

static bool addr_of(const struct kernel_file *k, const char *name, uint64_t *addr)
{
	size_t nr;
	const struct kernel_sym *s = kernel_file_find(k, name, &nr);

	*addr = s ? s->addr : 0;
	return s && nr == 1;
}

static bool find_table(const struct kernel_file *k, uint64_t *start, uint64_t *stop)
{
	return addr_of(k, "__start_mcount_loc", start) && addr_of(k, "__stop_mcount_loc", stop) &&
	       *start < *stop;
}

static const uint8_t *bytes_at(const struct elf *elf, uint64_t start, uint64_t stop)
{
	for_each_sec (elf, sec) {
		if (sec->flags & SHF_ALLOC && sec->data && start >= sec->addr &&
		    stop >= start && stop - sec->addr <= sec->size)
			return sec->data + (start - sec->addr);
	}
	return NULL;
}

/* The same of places. */
static const uint8_t *code_at(const struct elf *elf, uint64_t from, uint64_t to)
{
	uint64_t index = from >> MODULE_SHIFT, off = from - (index << MODULE_SHIFT);

	if (elf->type != ET_REL)
		return bytes_at(elf, from, to);
	if (index >= elf->nr_secs || !elf->secs[index]->data || to < from ||
	    off + (to - from) > elf->secs[index]->size)
		return NULL;
	return elf->secs[index]->data + off;
}

/* The relative relocations of a linked kernel have no symbol: the addend is the address. */
static void read_relative(struct kernel_file *k, uint64_t start, uint64_t stop)
{
	for_each_sec (k->elf, sec) {
		if (sec->type != SHT_RELA || !(sec->flags & SHF_ALLOC) || !sec->data)
			continue;
		for (uint64_t at = 0; sec->size - at >= RELA_SIZE; at += RELA_SIZE) {
			const uint8_t *rela = sec->data + at;
			uint64_t offset = get_le64(rela), addr = get_le64(rela + RELA_ADDEND);

			if (offset >= start && offset < stop && !get_le32(rela + RELA_SYM) && addr)
				add_place(k, addr);
		}
	}
}

static void read_table(struct kernel_file *k)
{
	uint64_t start, stop;
	const uint8_t *table;

	if (k->unplaced || !find_table(k, &start, &stop))
		return;
	table = bytes_at(k->elf, start, stop);
	for (uint64_t i = 0; table && i + 8 <= stop - start; i += 8)
		if (get_le64(table + i))
			add_place(k, get_le64(table + i));
	read_relative(k, start, stop);
	k->knows_traced = k->nr_traced;
}

/* Without a table nothing of a module can be redirected. */
static void read_module(struct kernel_file *k)
{
	const struct elf *elf = k->elf;
	const struct arch *arch = arch_find(elf->machine);

	k->knows_traced = arch != NULL;
	for (uint32_t i = 1; arch && i < elf->nr_secs; i++) {
		const struct elf_sec *rela = elf->secs[i]->rela;
		const struct special_rule *rule = special_rule(arch, elf->secs[i]);

		if (!rela || !rule || !(rule->flags & SPECIAL_TRACE))
			continue;
		for_each_reloc (rela, r) {
			const struct elf_sym *sym = &elf->syms[r->sym];

			if (elf_sym_in_sec(sym))
				add_place(k, place_of(elf, sym->sec,
						      sym->value + (uint64_t)r->addend));
		}
	}
}

/* ---- functions ---- */

static uint64_t sym_place(const struct kernel_file *k, const struct kernel_sym *s)
{
	return place_of(k->elf, k->elf->syms[s->index].sec, s->addr);
}

static int cmp_place(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return (a > b) - (a < b);
}

static void kernel_file_read_trace(struct kernel_file *k)
{
	if (k->elf->type == ET_REL)
		read_module(k);
	else
		read_table(k);
	if (k->nr_traced)
		qsort(k->traced, k->nr_traced, sizeof(*k->traced), cmp_place);
}

/* ---- questions ---- */

bool kernel_traces(const struct kernel_file *k)
{
	uint64_t start, stop;

	return find_table(k, &start, &stop);
}

/* The first place at or behind that one: its number. */
static size_t first_place(const struct kernel_file *k, uint64_t place)
{
	size_t low = 0, high = k->nr_traced;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->traced[mid] < place)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Would control run from one place to the other?  Through nothing but nops, if that is asked. */
static bool runs_to(const struct kernel_file *k, uint64_t from, uint64_t to, bool nops)
{
	const struct arch *arch = arch_find(k->elf->machine);
	const uint8_t *code = code_at(k->elf, from, to);
	struct insn insn = { .len = 0 };

	for (uint64_t at = 0; arch && code && at < to - from; at += insn.len)
		if (arch->decode(code + at, to - from - at, &insn) || insn.flags & INSN_END ||
		    (nops && !(insn.flags & INSN_NOP)))
			return false;
	return arch && code;
}

/*
 * Where a function's end is not known, its place is at its begin as far as control gets there:
 * what follows may be a weak function's that has no symbol, since another one overrides it.  What
 * is before the begin is the function's if nothing but nops is in between.
 */
static bool is_of(const struct kernel_file *k, const struct kernel_sym *s, uint64_t begin,
		  uint64_t place)
{
	const struct arch *arch = arch_find(k->elf->machine);
	bool before = arch && arch->traces_before;

	if (place < begin)
		return before && runs_to(k, place, begin, true);
	if (s->size)
		return place < begin + s->size;
	if (s->room && (place >= begin + s->room ||
			(before && runs_to(k, place, begin + s->room, true))))
		return false;
	return runs_to(k, begin, place, false);
}

bool kernel_may_trace(const struct kernel_file *k, const struct kernel_sym *s)
{
	uint64_t begin, end;

	if (!k->knows_traced)
		return true;
	begin = sym_place(k, s);
	end = begin + (s->size ?: NEAR + 1);
	for (size_t i = first_place(k, begin > NEAR ? begin - NEAR : 0);
	     i < k->nr_traced && k->traced[i] < end; i++)
		if (is_of(k, s, begin, k->traced[i]))
			return true;
	return false;
}

/* ---- what kallsyms lists ---- */

#define KSYM_NAME_LEN 512 /* include/linux/kallsyms.h, the NUL included */

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len >= n && !strcmp(s + len - n, suffix);
}

/* scripts/mksysmap: "/ __[[:alnum:]]*Thunk_/d", the range-extension thunks of lld. */
static bool is_thunk(const char *name)
{
	const char *end;

	if (!starts_with(name, "__"))
		return false;
	end = strchr(name + 2, '_');
	return end && end - name >= 2 + 5 && starts_with(end - 5, "Thunk");
}

bool kernel_ignores_name(const char *name)
{
	static const char *const prefixes[] = {
		"$",
		".L",
		"__efistub_",
		"__pi_$",
		"__pi_.L",
		"__kvm_nvhe_$",
		"__kvm_nvhe_.L",
		"__kcfi_typeid_",
		"__kvm_nvhe___kcfi_typeid_",
		"__pi___kcfi_typeid_",
		"__crc_",
		"__kstrtab_",
		"__kstrtabns_",
		NULL,
	};
	static const char *const suffixes[] = { "_from_arm", "_from_thumb", "_veneer", NULL };
	static const char *const exact[] = { "L0", "_SDA_BASE_", "_SDA2_BASE_", NULL };
	static const char *const parts[] = { ".long_branch.", ".plt_branch.", NULL };

	if (!*name || strlen(name) >= KSYM_NAME_LEN || is_thunk(name))
		return true;
	for (size_t i = 0; prefixes[i]; i++)
		if (starts_with(name, prefixes[i]))
			return true;
	for (size_t i = 0; suffixes[i]; i++)
		if (ends_with(name, suffixes[i]))
			return true;
	for (size_t i = 0; exact[i]; i++)
		if (!strcmp(name, exact[i]))
			return true;
	for (size_t i = 0; parts[i]; i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

bool kernel_keeps_absolute(const char *name)
{
	return !strcmp(name, "__kernel_syscall_via_break") ||
	       !strcmp(name, "__kernel_syscall_via_epc") || !strcmp(name, "__kernel_sigtramp") ||
	       !strcmp(name, "__gp");
}

/*
 * What nm -n, mksysmap and kallsyms leave of a vmlinux's symbol table.  nm's
 * letters: 'U', 'w' and 'v' undefined, 'u' unique global, 'n' and 'N' read-only
 * and debugging contents that are not loaded, 'A' and 'a' absolute.
 */
static bool in_vmlinux_kallsyms(const struct elf *elf, const struct elf_sym *sym)
{
	if (sym->type == STT_SECTION || sym->type == STT_FILE || sym->bind == STB_GNU_UNIQUE)
		return false;
	if (sym->sec == ELF_SEC_ABS)
		return sym->bind != STB_LOCAL && kernel_keeps_absolute(sym->name);
	if (!elf_sym_in_sec(sym) || kernel_ignores_name(sym->name))
		return false;
	return elf->secs[sym->sec]->flags & (SHF_ALLOC | SHF_WRITE);
}

/* A section symbol has no name of its own, so that it cannot be looked up. */
static bool in_module_kallsyms(const struct elf_sym *sym)
{
	return sym->sec != ELF_SEC_UNDEF && sym->type != STT_SECTION && *sym->name;
}

/*
 * is_core_symbol(); rewrite_section_headers() takes SHF_ALLOC off the first two.
 * (.exit sections stay where MODULE_UNLOAD is set.  ppc64 keeps .init sections,
 * too; saying that they vanish errs on the safe side.)
 */
static bool stays_when_live(const struct elf *elf, const struct elf_sym *sym)
{
	const struct elf_sec *sec;

	if (!elf_sym_in_sec(sym))
		return false;
	sec = elf->secs[sym->sec];
	if (!strcmp(sec->name, ".modinfo") || !strcmp(sec->name, "__versions"))
		return false;
	return sec->flags & SHF_ALLOC && !starts_with(sec->name, ".init");
}

/* scripts/module.lds.S, /DISCARD/: in no module, but in the object from which it is linked. */
static bool is_discarded_from_module(const struct elf *elf, const struct elf_sym *sym)
{
	const char *name = elf_sym_in_sec(sym) ? elf->secs[sym->sec]->name : "";

	return !strcmp(name, ".discard") || starts_with(name, ".discard.") ||
	       !strcmp(name, ".export_symbol") || !strcmp(name, ".no_trim_symbol");
}

static void collect_entries(struct kernel_file *k, bool module)
{
	const struct elf *elf = k->elf;
	const char *file = NULL;
	uint32_t group = 0;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		struct kernel_entry *e;

		if (sym->type == STT_FILE) {
			file = *sym->name ? sym->name : NULL;
			group = i;
		}
		if (module ? !in_module_kallsyms(sym) || is_discarded_from_module(elf, sym)
			   : !in_vmlinux_kallsyms(elf, sym))
			continue;
		e = kernel_file_add(k);
		e->live = !module || stays_when_live(elf, sym);
		e->sym.name = sym->name;
		e->sym.addr = sym->value;
		e->sym.size = sym->size;
		e->sym.room = sym->size;
		e->sym.global = sym->bind != STB_LOCAL;
		e->sym.weak = sym->bind == STB_WEAK;
		e->sym.file = e->sym.global ? NULL : file;
		e->sym.group = e->sym.global ? 0 : group;
		e->sym.func = elf_sym_in_sec(sym) && elf->secs[sym->sec]->flags & SHF_EXECINSTR;
		e->sym.index = i;
	}
}

/* The value of a .modinfo entry, NULL if there is none. */
static const char *modinfo_value(const struct elf *elf, const char *key)
{
	uint64_t at = 0;
	const char *value = elf_modinfo(elf, key, &at);

	return value && *value ? value : NULL;
}

struct kernel_file *kernel_file_of_whole_module(const struct elf *elf, const char *object,
						struct arena *arena, struct diag *diag)
{
	struct kernel_file *k;

	if (elf->type != ET_REL || strcmp(kernel_module_of_path(arena, elf->path), object) != 0 ||
	    !modinfo_value(elf, "license="))
		return NULL;
	k = kernel_file_new(elf->path, object, arena, diag);
	k->elf = elf;
	collect_entries(k, true);
	kernel_file_count(k, false);
	return k;
}

/* The string that vmlinux's only variable of that name holds; NULL: there is none. */
static const char *string_of(const struct kernel_file *k, const char *name)
{
	size_t nr;
	const struct kernel_sym *s = kernel_file_find(k, name, &nr);
	const struct elf_sym *sym = s && nr == 1 ? &k->elf->syms[s->index] : NULL;
	const struct elf_sec *sec = sym && elf_sym_in_sec(sym) ? k->elf->secs[sym->sec] : NULL;
	uint64_t off = sec ? sym->value - sec->addr : 0;

	if (!sec || s->func || !sec->data || off >= sec->size ||
	    !memchr(sec->data + off, 0, sec->size - off))
		return NULL;
	return (const char *)sec->data + off;
}

const char *kernel_file_vermagic(const struct kernel_file *k)
{
	if (!k->elf)
		return NULL;
	return k->elf->type == ET_REL ? modinfo_value(k->elf, "vermagic=")
				      : string_of(k, "vermagic");
}

bool kernel_file_depends(const struct kernel_file *k, const char *module)
{
	const char *list = k->elf ? modinfo_value(k->elf, "depends=") : NULL;
	size_t len;

	for (; list && *list; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		if (!strcmp(kernel_module_of_path(k->arena, arena_strndup(k->arena, list, len)),
			    module))
			return true;
	}
	return false;
}

static bool find_build_id(struct kernel_file *k, const struct elf_sec *sec)
{
	uint64_t pos = 0;

	while (sec->data && sec->size - pos >= 12) {
		const uint8_t *note = sec->data + pos;
		uint64_t left = sec->size - pos - 12;
		uint64_t namesz = get_le32(note), descsz = get_le32(note + 4);
		uint64_t name_pad = (namesz + 3) & ~3ull, desc_pad = (descsz + 3) & ~3ull;

		if (name_pad > left || descsz > left - name_pad)
			return false;
		if (get_le32(note + 8) == NT_GNU_BUILD_ID && namesz == 4 &&
		    !memcmp(note + 12, "GNU", 4)) {
			k->build_id = note + 12 + name_pad;
			k->build_id_len = descsz;
			return true;
		}
		if (desc_pad > left - name_pad)
			return false;
		pos += 12 + name_pad + desc_pad;
	}
	return false;
}

static int read_symids(struct kernel_file *k)
{
	const struct elf_sec *sec = elf_find_sec(k->elf, SYMID_SECTION);

	if (!sec || !sec->data)
		return 0;
	if (sec->size % SYMID_SIZE) {
		struct diag_where where = { .object = k->path, .section = sec->name };

		return diag_error(k->diag, &where, "symid", "its size %llu is not a multiple of %d",
				  (unsigned long long)sec->size, SYMID_SIZE);
	}
	k->symids = sec->data;
	for (uint64_t at = 0; at < sec->size; at += SYMID_SIZE)
		map_add_u64(&k->ids, get_le64(sec->data + at + SYMID_ID),
			    (uint32_t)(at / SYMID_SIZE));
	return 0;
}

/* Behind the entries: what else the file tells. */
int kernel_file_finish_elf(struct kernel_file *k, bool module)
{
	for (uint32_t i = 1; i < k->elf->nr_secs && !k->build_id; i++)
		if (k->elf->secs[i]->type == SHT_NOTE)
			find_build_id(k, k->elf->secs[i]);
	kernel_file_count(k, !module);
	kernel_file_read_trace(k);
	return read_symids(k);
}

int kernel_file_read_elf(struct kernel_file *k, struct elf *elf)
{
	struct diag_where where = { .object = k->path };
	bool module = elf->type == ET_REL;

	k->elf = elf;
	if (elf->nr_syms <= 1)
		return diag_error(k->diag, &where, "no-symbols",
				  "it has no symbol table (stripped?): the kernel cannot load it");
	if (module && !elf_find_sec(elf, ".gnu.linkonce.this_module"))
		return diag_error(k->diag, &where, "not-linked",
				  "it is neither a linked kernel nor a module, so the positions "
				  "of its symbols are not final; pass vmlinux (not vmlinux.o) or "
				  "the module's .ko");
	if (module)
		k->object = kernel_module_of_path(k->arena,
						modinfo_value(elf, "name=") ?: k->path);
	collect_entries(k, module);
	return kernel_file_finish_elf(k, module);
}
