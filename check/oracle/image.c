// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: read one of the three objects, and find its symbols by place and by name.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/text.h>

#include "internal.h"

bool oracle_is_code(const struct elf_sec *sec)
{
	return sec->flags & SHF_EXECINSTR;
}

bool oracle_in_slots(const struct image *img, const struct place *to)
{
	return to->sec && img->arch->slots &&
	       !strcmp(img->elf->secs[to->sec]->name, img->arch->slots);
}

bool oracle_is_function(const struct elf_sym *sym)
{
	return sym->type == STT_FUNC || sym->type == STT_GNU_IFUNC;
}

/* Labels in code that the kernel puts in place of other code: only the copy there counts. */
static void mark_labels(struct image *img)
{
	bool *code = arena_calloc(img->arena, img->elf->nr_secs, sizeof(*code));

	img->is_label = arena_calloc(img->arena, img->elf->nr_syms, sizeof(*img->is_label));
	for_each_sec (img->elf, sec) {
		const struct special_rule *rule = special_rule(img->arch, sec);

		code[sec->index] = rule && rule->flags & SPECIAL_CODE;
	}
	for (uint32_t i = 1; i < img->elf->nr_syms; i++) {
		const struct elf_sym *sym = &img->elf->syms[i];

		img->is_label[i] = elf_sym_in_sec(sym) && code[sym->sec];
	}
	arena_give_back(img->arena, code, img->elf->nr_secs, sizeof(*code));
}

static bool names_a_place(const struct image *img, uint32_t index)
{
	const struct elf_sym *sym = &img->elf->syms[index];

	return elf_sym_in_sec(sym) && !img->is_label[index] && sym->type != STT_SECTION &&
	       sym->type != STT_FILE && sym->name[0] && !arch_is_label(img->arch, sym) &&
	       arch_mapping(img->arch, sym) == MAPPING_NONE;
}

/* qsort() has no argument for it: symbols are sorted as (value, index) of one section. */
struct sym_key {
	uint64_t value, size;
	uint32_t index;
};

/* At one place the largest comes last: it is found first, from behind. */
static int cmp_sym_key(const void *a, const void *b)
{
	const struct sym_key *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void sort_symbols(struct image *img)
{
	const struct elf *elf = img->elf;
	uint32_t *next = arena_calloc(img->arena, elf->nr_secs + 1, sizeof(*next));
	struct sym_key *keys;

	img->first = arena_calloc(img->arena, elf->nr_secs + 1, sizeof(*img->first));
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		if (names_a_place(img, i))
			img->first[elf->syms[i].sec + 1]++;
	for (uint32_t s = 0; s < elf->nr_secs; s++) {
		img->first[s + 1] += img->first[s];
		next[s] = img->first[s];
	}
	keys = arena_calloc(img->arena, img->first[elf->nr_secs], sizeof(*keys));
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (names_a_place(img, i))
			keys[next[sym->sec]++] = (struct sym_key){ sym->value, sym->size, i };
	}
	img->syms = arena_calloc(img->arena, img->first[elf->nr_secs], sizeof(*img->syms));
	for (uint32_t s = 0; s < elf->nr_secs; s++)
		if (img->first[s + 1] - img->first[s] > 1)
			qsort(keys + img->first[s], img->first[s + 1] - img->first[s],
			      sizeof(*keys), cmp_sym_key);
	for (uint32_t i = 0; i < img->first[elf->nr_secs]; i++)
		img->syms[i] = keys[i].index;
}

static void find_ends(struct image *img)
{
	img->ends = arena_calloc(img->arena, img->first[img->elf->nr_secs], sizeof(*img->ends));
	for (uint32_t s = 0; s < img->elf->nr_secs; s++) {
		uint64_t end = 0;

		for (uint32_t i = img->first[s]; i < img->first[s + 1]; i++) {
			const struct elf_sym *sym = &img->elf->syms[img->syms[i]];

			if (sym->value + sym->size > end)
				end = sym->value + sym->size;
			img->ends[i] = end;
		}
	}
}

static void name_symbols(struct image *img)
{
	const struct elf *elf = img->elf;
	const char *file = "";

	map_init(&img->names, img->arena);
	map_init(&img->file_names, img->arena);
	img->files = arena_calloc(img->arena, elf->nr_syms, sizeof(*img->files));
	for (uint32_t i = 0; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (sym->type == STT_FILE) {
			file = sym->name;
			map_add_str(&img->file_names, file, i);
		}
		img->files[i] = sym->bind == STB_LOCAL ? file : "";
		if (i && sym->name[0] && !img->is_label[i] && sym->type != STT_SECTION &&
		    sym->type != STT_FILE)
			map_add_str(&img->names, sym->name, i);
	}
}

static uint8_t *data_map_of(struct image *img, uint32_t sec)
{
	if (!img->data_map[sec])
		img->data_map[sec] = arena_alloc(img->arena, img->elf->secs[sec]->size + 1);
	return img->data_map[sec];
}

/* Traps that decoders take for longer, of which __bug_table tells. */
static void map_traps(struct image *img, const struct elf_sec *table)
{
	for_each_reloc (table->rela, r) {
		const struct elf_sym *sym = &img->elf->syms[r->sym];
		uint64_t at = sym->value + (uint64_t)r->addend;
		const struct elf_sec *sec;
		unsigned int len;

		if (!elf_sym_in_sec(sym))
			continue;
		sec = img->elf->secs[sym->sec];
		if (!oracle_is_code(sec) || !sec->data || at >= sec->size)
			continue;
		len = arch_short_trap(img->arch, sec->data + at, sec->size - at);
		if (len)
			memset(data_map_of(img, sym->sec) + at, NO_CODE_TRAP, len);
	}
}

/* Fill the map of code and data: mark each mapping symbol first, then extend it to the next. */
static void map_data(struct image *img)
{
	const struct elf *elf = img->elf;

	img->data_map = arena_calloc(img->arena, elf->nr_secs, sizeof(*img->data_map));
	for_each_sym (elf, sym) {
		if (elf_sym_in_sec(sym) && oracle_is_code(elf->secs[sym->sec]) &&
		    arch_mapping(img->arch, sym) == MAPPING_DATA)
			data_map_of(img, sym->sec);
	}
	for_each_sym (elf, sym) {
		enum mapping m = arch_mapping(img->arch, sym);

		if (m != MAPPING_NONE && elf_sym_in_sec(sym) && img->data_map[sym->sec])
			img->data_map[sym->sec][sym->value] = m == MAPPING_DATA ? 1 : 2;
	}
	for_each_sec (elf, sec) {
		uint8_t *map = img->data_map[sec->index];
		bool data = false;

		for (uint64_t i = 0; map && i < sec->size; i++) {
			data = map[i] ? map[i] == 1 : data;
			map[i] = data ? NO_CODE_DATA : 0;
		}
	}
	for (uint32_t s = 1; s < elf->nr_secs && img->arch->short_trap; s++) {
		const struct special_rule *rule = special_rule(img->arch, elf->secs[s]);

		if (rule && rule->flags & SPECIAL_TRAPS)
			map_traps(img, elf->secs[s]);
	}
}

/* Where all that is found out from a relocation ends: no sum of two addresses overflows. */
#define MAX_ADDEND ((int64_t)1 << 62)

static int check_input(const struct image *img, const struct elf_sec *sec,
		       const struct elf_reloc *r, struct diag *diag)
{
	struct diag_where where = { .object = img->elf->path, .section = sec->name,
				    .offset = r->offset, .has_offset = true };
	const struct arch_reloc *row = arch_reloc(img->arch, r->type);

	if (!row)
		return diag_error(diag, &where, "reloc-type", "a relocation of unknown type %u",
				  r->type);
	if (r->addend > MAX_ADDEND || r->addend < -MAX_ADDEND)
		return diag_error(diag, &where, "relocation-outside", "%s has the absurd addend %lld",
				  row->name, (long long)r->addend);
	return 0;
}

static int check_inputs(const struct image *img, struct diag *diag)
{
	for_each_sec (img->elf, sec) {
		for_each_reloc (sec->rela, r) {
			int err = check_input(img, sec, r, diag);

			if (err)
				return err;
		}
	}
	return 0;
}

uint32_t image_first_at(const struct image *img, uint32_t sec, int64_t off)
{
	uint32_t low = img->first[sec], high = img->first[sec + 1];

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if ((int64_t)img->elf->syms[img->syms[mid]].value < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint32_t image_sym_at(const struct image *img, uint32_t sec, int64_t off)
{
	uint32_t first = img->first[sec];

	if (off < 0 || off == INT64_MAX)
		return 0;
	/* Symbols inside of others are few: labels of assembler functions.  Of more, the outermost. */
	for (uint32_t i = image_first_at(img, sec, off + 1), n = 0; i-- > first && n < 16; n++) {
		const struct elf_sym *sym = &img->elf->syms[img->syms[i]];

		if (sym->value == (uint64_t)off || sym->value + sym->size > (uint64_t)off)
			return img->syms[i];
	}
	return image_sym_around(img, sec, off);
}

uint32_t image_sym_around(const struct image *img, uint32_t sec, int64_t off)
{
	uint32_t low = img->first[sec], high, end;

	if (off <= 0)
		return 0;
	high = end = image_first_at(img, sec, off);
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (img->ends[mid] <= (uint64_t)off)
			low = mid + 1;
		else
			high = mid;
	}
	return low < end ? img->syms[low] : 0;
}

bool image_drop_labels(struct image *img, uint32_t sec, int64_t from, int64_t to)
{
	uint32_t end = img->first[sec + 1];
	bool any = false;

	/* Nothing else can be at a section's end. */
	to += (uint64_t)to == img->elf->secs[sec]->size;
	for (uint32_t i = image_first_at(img, sec, from);
	     i < end && (int64_t)img->elf->syms[img->syms[i]].value < to; i++)
		any = img->is_label[img->syms[i]] = true;
	return any;
}

void image_sort(struct image *img)
{
	sort_symbols(img);
	find_ends(img);
	name_symbols(img);
	img->scopes.arena = NULL;
	img->reach = NULL;
}

/* The numbers of a name and of a source file: those of the first symbols that have them. */
static uint64_t scope_key(struct image *img, const struct map_entry *name, const char *file)
{
	const struct map_entry *f = *file ? map_find_str(&img->file_names, file) : NULL;

	return (uint64_t)name->value << 32 | (f ? f->value : *file ? UINT32_MAX : 0);
}

static void index_scopes(struct image *img)
{
	map_init(&img->scopes, img->arena);
	for (size_t i = 0; i < img->names.nr; i++) {
		const struct map_entry *e = &img->names.entries[i];

		map_add_u64(&img->scopes,
			    scope_key(img, map_find_str(&img->names, e->str), img->files[e->value]),
			    e->value);
	}
}

struct scope image_scope(struct image *img, const char *name, const char *file)
{
	const struct map_entry *first = map_find_str(&img->names, name);

	/* Most names occur once; of others, each file has few. */
	if (!*file || !first || !first->same)
		return (struct scope){ &img->names, first, NULL };
	if (!img->scopes.arena)
		index_scopes(img);
	return (struct scope){ &img->scopes,
			       map_find_u64(&img->scopes, scope_key(img, first, file)),
			       map_find_u64(&img->scopes, scope_key(img, first, "")) };
}

uint32_t image_next_in(struct image *img, struct scope *s, const char *file)
{
	for (;;) {
		const struct map_entry *e = s->next;

		if (!e && !s->then)
			return 0;
		if (!e) {
			s->next = s->then;
			s->then = NULL;
			continue;
		}
		s->next = map_next(s->map, e);
		arena_work(img->arena, 1);
		/* Between the two, its binding may have changed. */
		if (!*file || !*img->files[e->value] || !strcmp(img->files[e->value], file))
			return e->value;
	}
}

uint32_t image_find(struct image *img, const char *name, const char *file)
{
	struct scope s = image_scope(img, name, file);
	uint32_t found = 0, sym;

	while ((sym = image_next_in(img, &s, file))) {
		if (!elf_sym_in_sec(&img->elf->syms[sym]))
			continue;
		if (found)
			return 0;
		found = sym;
	}
	return found;
}

const char *oracle_place_text(const struct image *img, const struct place *to)
{
	const char *name = to->name;
	int64_t off = to->off;

	if (to->sec) {
		uint32_t sym = image_sym_at(img, to->sec, off);

		name = img->elf->secs[to->sec]->name;
		if (sym) {
			name = img->elf->syms[sym].name;
			off -= (int64_t)img->elf->syms[sym].value;
		}
	}
	if (!name)
		name = "absolute";
	if (!off)
		return name;
	return arena_printf(img->arena, "%s%c%#llx", name, off < 0 ? '-' : '+',
			    (unsigned long long)(off < 0 ? -(uint64_t)off : (uint64_t)off));
}

/* ---- constants that the kernel writes into its code at boot ---- */

static uint32_t name_for(struct image *img, const char *name)
{
	for (uint32_t i = 1; i < img->elf->nr_syms; i++)
		if (!strcmp(img->elf->syms[i].name, name) &&
		    img->elf->syms[i].type != STT_SECTION)
			return i;
	return elf_add_sym(img->elf, &(struct elf_sym){ .name = name,
							.bind = STB_GLOBAL,
							.type = STT_NOTYPE });
}

/* A copy loads the variable instead: let the input say so already. */
static void load_boot_consts(struct image *img, const struct elf_sec *table, const char *name,
			     bool *added)
{
	uint32_t variable = 0;

	for_each_reloc (table->rela, r) {
		const struct elf_sym *sym = &img->elf->syms[r->sym];
		uint64_t place = sym->value + (uint64_t)r->addend;
		struct elf_sec *sec;
		struct boot_const load;

		if (!elf_sym_in_sec(sym))
			continue;
		sec = img->elf->secs[sym->sec];
		if (!sec->data || !arch_load_boot_const(img->arch, elf_writable(img->elf, sec),
							sec->size, place, &load))
			continue;
		variable = variable ?: name_for(img, name);
		for (unsigned int i = 0; i < load.nr; i++)
			elf_add_reloc(img->elf, sec, load.refs[i].place, load.refs[i].type,
				      variable, load.refs[i].addend);
		added[sec->index] = true;
	}
}

/* Where the kernel writes a constant at boot, a copy loads the variable; before symbols are sorted. */
static void resolve_boot_consts(struct image *img)
{
	uint32_t nr = img->elf->nr_secs; /* more, where a section of relocations is added */
	bool *added = arena_calloc(img->arena, nr, sizeof(*added));

	for_each_sec (img->elf, sec) {
		const struct special_rule *rule = special_rule(img->arch, sec);

		if (rule && rule->flags & SPECIAL_BOOT_CONST && starts_with(sec->name, "runtime_ptr_"))
			load_boot_consts(img, sec, sec->name + 12, added);
	}
	for (uint32_t i = 1; i < nr; i++) {
		const struct elf_sec *rela = added[i] ? img->elf->secs[i]->rela : NULL;

		if (rela)
			elf_sort_relocs(img->arena, rela->relocs, rela->nr_relocs);
	}
	arena_give_back(img->arena, added, nr, sizeof(*added));
}

/* ---- distances within a section ---- */

static const struct elf_sym *sym_of(const struct image *img, const struct elf_reloc *r)
{
	return &img->elf->syms[r->sym];
}

static uint64_t target_of(const struct image *img, const struct elf_reloc *r)
{
	return sym_of(img, r)->value + (uint64_t)r->addend;
}

/* Does no copy part the two?  What is in one function or object, or has no name. */
static bool stay_together(const struct image *img, const struct elf_reloc *a,
			  const struct elf_reloc *b)
{
	uint32_t sec = sym_of(img, a)->sec;

	if (!elf_sym_in_sec(sym_of(img, a)) || sym_of(img, b)->sec != sec)
		return false;
	return image_sym_at(img, sec, (int64_t)target_of(img, a)) ==
		       image_sym_at(img, sec, (int64_t)target_of(img, b)) ||
	       !(arch_reloc(img->arch, a->type)->flags & RELOC_LOADER);
}

/*
 * The distance is a constant as long as nothing is linked: LoongArch's assembler
 * leaves it to the linker, which might shorten code between.
 */
static bool fold_pair(struct image *img, struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(img->arch, r[0].type);
	const struct arch_reloc *other = arch_reloc(img->arch, r[1].type);
	const struct elf_reloc *add = &r[0], *sub = &r[1];
	uint64_t value;
	uint8_t *field;

	if (row->size != other->size || !sec->data || row->size > sec->size - r->offset)
		return false;
	if (row->flags & RELOC_SUB && other->flags & RELOC_ADD)
		add = &r[1], sub = &r[0];
	else if (!(row->flags & RELOC_ADD) || !(other->flags & RELOC_SUB))
		return false;
	if (!stay_together(img, add, sub))
		return false;
	value = target_of(img, add) - target_of(img, sub);
	field = elf_writable(img->elf, sec) + r->offset;
	for (unsigned int i = 0, carry = 0; i < row->size; i++) {
		carry += field[i] + (uint8_t)(value >> 8 * i);
		field[i] = (uint8_t)carry;
		carry >>= 8;
	}
	return true;
}

static void fold_distances(struct image *img, struct elf_sec *sec)
{
	struct elf_sec *rela = sec->rela;
	size_t n = 0;

	for (size_t k = 0; k < rela->nr_relocs; k++, n++) {
		if (k + 1 < rela->nr_relocs &&
		    rela->relocs[k].offset == rela->relocs[k + 1].offset &&
		    fold_pair(img, sec, &rela->relocs[k]))
			k++, n--;
		else if (n != k)
			rela->relocs[n] = rela->relocs[k];
	}
	rela->nr_relocs = n;
}

int image_load(struct image *img, const char *path, struct arena *arena, struct diag *diag)
{
	struct diag_where where = { .object = path };
	int err = elf_open(&img->elf, path, ELF_WANT_REL, arena, diag);

	if (err)
		return err;
	img->arena = arena;
	img->arch = arch_find(img->elf->machine);
	if (!img->arch)
		return diag_error(diag, &where, "machine", "there is no backend for machine %u",
				  img->elf->machine);
	err = check_inputs(img, diag);
	if (err)
		return err;
	resolve_boot_consts(img);
	mark_labels(img);
	image_sort(img);
	map_data(img);
	return 0;
}

void oracle_resolve_distances(struct image *img)
{
	for_each_sec (img->elf, sec)
		if (sec->rela)
			fold_distances(img, sec);
}
