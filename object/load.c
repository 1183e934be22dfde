// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One input of klp diff: load it, tell what each section is for, which symbols
 * stand where and from which source file they come.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* No address is as far away as that, and sums with addends do not overflow. */
#define MAX_ADDEND ((int64_t)1 << 62)

static enum sec_role role_of(const struct elf_sec *sec, const struct special_rule *rule)
{
	if (rule && rule->flags & SPECIAL_LEAVE)
		return ROLE_NONE;
	if (rule && rule->flags & SPECIAL_TABLE)
		return sec->size ? ROLE_TABLE : ROLE_NONE;
	if (!(sec->flags & SHF_ALLOC) || sec->type == SHT_NOTE || sec->type == SHT_GROUP)
		return ROLE_NONE;
	if (sec->flags & SHF_EXECINSTR || (rule && rule->flags & SPECIAL_CODE))
		return ROLE_TEXT;
	if (sec->data && sec->flags & SHF_MERGE && sec->flags & SHF_STRINGS)
		return ROLE_STRINGS;
	if (sec->data && sec->flags & SHF_MERGE && sec->entsize && sec->size % sec->entsize == 0)
		return ROLE_CONSTS;
	return ROLE_DATA;
}

/* Types from SHT_LOOS on are the machine's and the system's own. */
static bool is_loaded_type(uint32_t type)
{
	return type == SHT_PROGBITS || type == SHT_NOBITS || type == SHT_INIT_ARRAY ||
	       type == SHT_FINI_ARRAY || type == SHT_PREINIT_ARRAY || type >= SHT_LOOS;
}

static bool ignored_by_user(const struct load_options *opts, const char *name)
{
	for (size_t i = 0; i < opts->nr_ignore_sections; i++)
		if (!strcmp(opts->ignore_sections[i], name))
			return true;
	return false;
}

static void find_roles(struct object *obj)
{
	const struct elf *elf = obj->elf;

	obj->secs = arena_calloc(obj->arena, elf->nr_secs, sizeof(*obj->secs));
	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		struct sec_info *info = &obj->secs[i];

		if (elf->secs[i]->type == SHT_RELA)
			continue;
		info->rule = special_rule(obj->arch, elf->secs[i]);
		if (!ignored_by_user(obj->opts, elf->secs[i]->name))
			info->role = role_of(elf->secs[i], info->rule);
		if (info->role == ROLE_DATA && obj->arch->slots &&
		    !strcmp(elf->secs[i]->name, obj->arch->slots))
			info->role = ROLE_SLOTS;
	}
}

/* Symbols that name a place: neither sections, files nor what the assembler numbered. */
static bool names_a_place(const struct object *obj, const struct elf_sym *sym)
{
	return elf_sym_in_sec(sym) && sym->type != STT_SECTION && sym->type != STT_FILE &&
	       !arch_is_label(obj->arch, sym);
}

static void index_names(struct object *obj)
{
	map_init(&obj->names, obj->arena);
	map_expect(&obj->names, obj->elf->nr_syms);
	for (uint32_t i = 1; i < obj->elf->nr_syms; i++) {
		const struct elf_sym *sym = &obj->elf->syms[i];

		if (sym->type != STT_SECTION && sym->type != STT_FILE)
			map_add_str(&obj->names, sym->name, i);
	}
}

static bool is_indexed(const struct object *obj, const struct elf_sym *sym)
{
	return names_a_place(obj, sym) && obj->secs[sym->sec].role != ROLE_NONE;
}

struct sort_sym {
	uint64_t value, size;
	uint32_t index;
};

static int by_place_cmp(const void *pa, const void *pb)
{
	const struct sort_sym *a = pa, *b = pb;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* Those of one section; room: for as many. */
static void sort_symbols(const struct object *obj, const struct sec_info *info,
			 struct sort_sym *room)
{
	uint32_t *share = &obj->by_place[info->first_sym];
	bool sorted = true;

	for (uint32_t i = 0; i < info->nr_syms; i++) {
		const struct elf_sym *sym = &obj->elf->syms[share[i]];

		room[i] = (struct sort_sym){ sym->value, sym->size, share[i] };
		sorted = sorted && (!i || by_place_cmp(&room[i - 1], &room[i]) < 0);
	}
	if (sorted)
		return;
	qsort(room, info->nr_syms, sizeof(*room), by_place_cmp);
	for (uint32_t i = 0; i < info->nr_syms; i++)
		share[i] = room[i].index;
}

/* Most sections have one symbol or two: each has its share of by_place, which is sorted alone. */
static void index_symbols(struct object *obj)
{
	const struct elf *elf = obj->elf;
	struct sort_sym *room;
	uint32_t nr = 0, most = 0;

	for (uint32_t i = 1; i < elf->nr_syms; i++)
		if (is_indexed(obj, &elf->syms[i]))
			obj->secs[elf->syms[i].sec].nr_syms++;
	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		nr += obj->secs[s].nr_syms;
		most = obj->secs[s].nr_syms > most ? obj->secs[s].nr_syms : most;
		obj->secs[s].first_sym = nr;
	}
	obj->by_place = arena_calloc(obj->arena, nr + 1, sizeof(*obj->by_place));
	/* first_sym is the end of each share now, and its begin once all are noted. */
	for (uint32_t i = elf->nr_syms; --i;)
		if (is_indexed(obj, &elf->syms[i]))
			obj->by_place[--obj->secs[elf->syms[i].sec].first_sym] = i;
	room = arena_calloc(obj->arena, most, sizeof(*room));
	for (uint32_t s = 1; s < elf->nr_secs; s++)
		if (obj->secs[s].nr_syms > 1)
			sort_symbols(obj, &obj->secs[s], room);
	arena_give_back(obj->arena, room, most, sizeof(*room));
}

/* Locals follow the STT_FILE symbol of their source file (gABI, symbol table). */
static void index_files(struct object *obj)
{
	const struct elf *elf = obj->elf;
	uint32_t file = 0;

	obj->file_of = arena_calloc(obj->arena, elf->nr_syms, sizeof(*obj->file_of));
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		if (elf->syms[i].type == STT_FILE)
			file = i;
		if (elf->syms[i].bind == STB_LOCAL)
			obj->file_of[i] = file;
	}
}

static int check_symbol_sections(const struct object *obj)
{
	const struct elf *elf = obj->elf;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		struct diag_where where = { .object = elf->path, .symbol = sym->name };

		if (sym->sec == ELF_SEC_COMMON)
			return diag_error(obj->diag, &where, "common-symbol",
					  "a common symbol has no place in the object; "
					  "compile with -fno-common");
		if (sym->sec == ELF_SEC_LIVEPATCH)
			return diag_error(obj->diag, &where, "livepatch-input",
					  "the object is a livepatch already; "
					  "diff the kernel's own objects");
	}
	return 0;
}

static int check_abi(const struct object *obj)
{
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		struct diag_where where = object_where(obj, obj->elf->secs[i], 0);

		if (obj->secs[i].rule && obj->secs[i].rule->flags & SPECIAL_REFUSED)
			return diag_error(obj->diag, &where, "abi",
					  "a section of an ABI that is not supported");
		if (obj->secs[i].role != ROLE_NONE && !is_loaded_type(obj->elf->secs[i]->type))
			return diag_error(obj->diag, &where, "section-type",
					  "a section of type %u cannot have code or data",
					  obj->elf->secs[i]->type);
	}
	return 0;
}

static int refuse_reloc(const struct object *obj, const struct elf_sec *sec,
			const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(obj->arch, r->type);
	struct diag_where where = object_where(obj, sec, r->offset);

	if (!row)
		return diag_error(obj->diag, &where, "unknown-relocation",
				  "unknown relocation type %u for %s", r->type, obj->arch->name);
	if (row->size > sec->size - r->offset)
		return diag_error(obj->diag, &where, "relocation-outside",
				  "%s reaches beyond the end of the section", row->name);
	return diag_error(obj->diag, &where, "relocation-outside", "%s has the absurd addend %lld",
			  row->name, (long long)r->addend);
}

/*
 * The loader applies all of a place, and the last one wins.  No compiler writes that: what adds to
 * a place or subtracts from it makes one value with others, and marks change nothing.
 */
static int refuse_twice(const struct object *obj, const struct elf_sec *sec,
			const struct elf_reloc *before, const struct elf_reloc *r)
{
	struct diag_where where = object_where(obj, sec, r->offset);

	return diag_error(obj->diag, &where, "relocation-twice",
			  "%s is for the same bytes as %s at %#llx, and would overwrite them: "
			  "whatever wrote or changed the object made a mistake; make it again",
			  arch_reloc(obj->arch, r->type)->name,
			  arch_reloc(obj->arch, before->type)->name,
			  (unsigned long long)before->offset);
}

/* Every relocation must be one that the table knows, and whole inside of its section. */
static int check_relocs_of(const struct object *obj, const struct elf_sec *sec)
{
	const struct elf_reloc *before = NULL;
	uint8_t size = 0; /* that of before */

	for_each_reloc (sec->rela, r) {
		const struct arch_reloc *row = arch_reloc(obj->arch, r->type);

		if (!row || row->size > sec->size - r->offset || r->addend > MAX_ADDEND ||
		    r->addend < -MAX_ADDEND)
			return refuse_reloc(obj, sec, r);
		if (!reloc_fills_alone(row))
			continue;
		if (before && r->offset - before->offset < size)
			return refuse_twice(obj, sec, before, r);
		before = r;
		size = row->size;
	}
	return 0;
}

/* … of the sections that matter. */
static int check_relocs(const struct object *obj)
{
	int err = 0;

	for (uint32_t i = 1; i < obj->elf->nr_secs && !err; i++)
		if (obj->secs[i].role != ROLE_NONE)
			err = check_relocs_of(obj, obj->elf->secs[i]);
	return err;
}

/* From sections, symbols and relocations to pieces and refs. */
int object_analyse(struct object *obj)
{
	int err;

	object_choose_entries(obj);
	object_collect_refs(obj);
	object_find_marks(obj);
	err = object_cut(obj);
	if (err)
		return err;
	object_decode(obj);
	object_cut_nameless(obj);
	object_decode_cut(obj);
	object_index_aliases(obj);
	object_resolve_refs(obj);
	/* Every ref of a section that matters now leads to a piece or to an undefined symbol. */
	object_assign_refs(obj);
	object_follow_slots(obj);
	object_assign_owners(obj);
	if (!obj->opts->keep_line_changes) {
		object_find_lines(obj);
		object_find_line_records(obj);
	}
	return 0;
}

/* Find the backend, check what the generic reader could not, tell entries of tables apart. */
int object_open(struct object *obj, const char *path, const struct load_options *opts,
		struct arena *arena, struct diag *diag)
{
	int err;

	*obj = (struct object){ .arena = arena, .diag = diag, .opts = opts };
	obj->memo = arena_calloc(arena, 1, sizeof(*obj->memo));
	err = elf_open(&obj->elf, path, ELF_WANT_REL, arena, diag);
	if (err)
		return err;

	obj->arch = arch_find(obj->elf->machine);
	if (!obj->arch) {
		struct diag_where where = { .object = path };

		return diag_error(diag, &where, "machine",
				  "machine %u (e_machine) is not supported; "
				  "klp --help lists the ones that are",
				  obj->elf->machine);
	}
	find_roles(obj);
	err = check_symbol_sections(obj);
	err = err ?: check_abi(obj);
	err = err ?: check_relocs(obj);
	if (err)
		return err;
	index_names(obj);
	index_symbols(obj);
	index_files(obj);
	return object_split_tables(obj);
}

void object_reset(struct object *obj)
{
	struct arena *arena = obj->arena;

	arena_give_back(arena, obj->refs, obj->cap_refs, sizeof(*obj->refs));
	arena_give_back(arena, obj->pieces, obj->cap_pieces, sizeof(*obj->pieces));
	arena_give_back(arena, obj->marks, obj->cap_marks, sizeof(*obj->marks));
	arena_give_back(arena, obj->lines, obj->cap_lines, sizeof(*obj->lines));
	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct sec_info old = obj->secs[i];

		obj->secs[i] = (struct sec_info){
			.role = old.role,
			.rule = old.rule,
			.split = old.split,
			.first_sym = old.first_sym,
			.nr_syms = old.nr_syms,
		};
	}
	*obj = (struct object){
		.elf = obj->elf,
		.arch = obj->arch,
		.arena = arena,
		.diag = obj->diag,
		.opts = obj->opts,
		.secs = obj->secs,
		.by_place = obj->by_place,
		.file_of = obj->file_of,
		.names = obj->names,
		.memo = arena_calloc(arena, 1, sizeof(*obj->memo)),
	};
}

int object_load(struct object *obj, const char *path, const struct load_options *opts,
		struct arena *arena, struct diag *diag)
{
	return object_open(obj, path, opts, arena, diag) ?: object_analyse(obj);
}
