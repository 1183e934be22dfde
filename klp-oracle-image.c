// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: an object's symbols by place and by name.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klp-oracle.h"

bool is_code(const struct elf_sec *sec)
{
	return sec->flags & SHF_EXECINSTR;
}

bool is_prefix(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6);
}

bool is_function(const struct elf_sym *sym)
{
	return sym->type == STT_FUNC || sym->type == STT_GNU_IFUNC;
}

static bool names_a_place(const struct image *img, const struct elf_sym *sym)
{
	return elf_sym_in_sec(sym) && sym->type != STT_SECTION && sym->type != STT_FILE &&
	       sym->name[0] && !img->arch->is_label(sym) &&
	       img->arch->mapping(sym) == MAPPING_NONE;
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
		if (names_a_place(img, &elf->syms[i]))
			img->first[elf->syms[i].sec + 1]++;
	for (uint32_t s = 0; s < elf->nr_secs; s++) {
		img->first[s + 1] += img->first[s];
		next[s] = img->first[s];
	}
	keys = arena_calloc(img->arena, img->first[elf->nr_secs], sizeof(*keys));
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (names_a_place(img, sym))
			keys[next[sym->sec]++] = (struct sym_key){ sym->value, sym->size, i };
	}
	img->syms = arena_calloc(img->arena, img->first[elf->nr_secs], sizeof(*img->syms));
	for (uint32_t s = 0; s < elf->nr_secs; s++)
		qsort(keys + img->first[s], img->first[s + 1] - img->first[s], sizeof(*keys),
		      cmp_sym_key);
	for (uint32_t i = 0; i < img->first[elf->nr_secs]; i++)
		img->syms[i] = keys[i].index;
}

static void name_symbols(struct image *img)
{
	const struct elf *elf = img->elf;
	const char *file = "";

	map_init(&img->names, img->arena);
	img->files = arena_calloc(img->arena, elf->nr_syms, sizeof(*img->files));
	for (uint32_t i = 0; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (sym->type == STT_FILE)
			file = sym->name;
		img->files[i] = sym->bind == STB_LOCAL ? file : "";
		if (i && sym->name[0] && sym->type != STT_SECTION && sym->type != STT_FILE)
			map_add_str(&img->names, sym->name, i);
	}
}

/* What mapping symbols say: marks first, then each holds up to the next. */
static void map_data(struct image *img)
{
	const struct elf *elf = img->elf;

	img->data_map = arena_calloc(img->arena, elf->nr_secs, sizeof(*img->data_map));
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (elf_sym_in_sec(sym) && is_code(elf->secs[sym->sec]) && !img->data_map[sym->sec] &&
		    img->arch->mapping(sym) == MAPPING_DATA)
			img->data_map[sym->sec] =
				arena_alloc(img->arena, elf->secs[sym->sec]->size + 1);
	}
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		enum mapping m = img->arch->mapping(sym);

		if (m != MAPPING_NONE && elf_sym_in_sec(sym) && img->data_map[sym->sec])
			img->data_map[sym->sec][sym->value] = m == MAPPING_DATA ? 1 : 2;
	}
	for (uint32_t s = 1; s < elf->nr_secs; s++) {
		uint8_t *map = img->data_map[s];
		bool data = false;

		for (uint64_t i = 0; map && i < elf->secs[s]->size; i++) {
			data = map[i] ? map[i] == 1 : data;
			map[i] = data;
		}
	}
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

/* As relocations are sorted, put the last one where it belongs. */
static void sort_last(struct elf_sec *rela)
{
	for (size_t k = rela->nr_relocs - 1; k && rela->relocs[k - 1].offset > rela->relocs[k].offset;
	     k--) {
		struct elf_reloc r = rela->relocs[k];

		rela->relocs[k] = rela->relocs[k - 1];
		rela->relocs[k - 1] = r;
	}
}

/* A copy loads the variable instead: let the input say so already. */
static void load_boot_consts(struct image *img, const struct elf_sec *table, const char *name)
{
	for (size_t k = 0; table->rela && k < table->rela->nr_relocs; k++) {
		const struct elf_reloc *r = &table->rela->relocs[k];
		const struct elf_sym *sym = &img->elf->syms[r->sym];
		uint64_t place = sym->value + (uint64_t)r->addend;
		struct elf_sec *sec;
		struct boot_const load;

		if (!elf_sym_in_sec(sym))
			continue;
		sec = img->elf->secs[sym->sec];
		if (!sec->data || !img->arch->load_boot_const(elf_writable(img->elf, sec),
							      sec->size, place, &load))
			continue;
		for (unsigned int i = 0; i < load.nr; i++) {
			elf_add_reloc(img->elf, sec, load.refs[i].place, load.refs[i].type,
				      name_for(img, name), load.refs[i].addend);
			sort_last(sec->rela);
		}
	}
}

static void find_boot_consts(struct image *img)
{
	for (uint32_t s = 1; s < img->elf->nr_secs; s++) {
		const struct elf_sec *sec = img->elf->secs[s];
		const struct special_rule *rule = special_rule(img->arch, sec);

		if (rule && rule->flags & SPECIAL_BOOT_CONST && !strncmp(sec->name, "runtime_ptr_", 12))
			load_boot_consts(img, sec, sec->name + 12);
	}
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
	for (uint32_t s = 1; s < img->elf->nr_secs; s++) {
		const struct elf_sec *rela = img->elf->secs[s]->rela;

		for (size_t k = 0; rela && k < rela->nr_relocs; k++)
			if (!arch_reloc(img->arch, rela->relocs[k].type))
				return diag_error(diag, &where, "reloc-type",
						  "%s has a relocation of unknown type %u",
						  img->elf->secs[s]->name, rela->relocs[k].type);
	}
	find_boot_consts(img);
	sort_symbols(img);
	name_symbols(img);
	map_data(img);
	img->targets = arena_calloc(arena, img->elf->nr_secs, sizeof(*img->targets));
	img->nr_targets = arena_calloc(arena, img->elf->nr_secs, sizeof(*img->nr_targets));
	return 0;
}

uint32_t image_sym_at(const struct image *img, uint32_t sec, int64_t off)
{
	uint32_t low = img->first[sec], high = img->first[sec + 1];
	uint32_t first = low;

	if (off < 0)
		return 0;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (img->elf->syms[img->syms[mid]].value <= (uint64_t)off)
			low = mid + 1;
		else
			high = mid;
	}
	/* Symbols inside of others are few: labels of assembler functions. */
	for (uint32_t i = low, n = 0; i-- > first && n < 16; n++) {
		const struct elf_sym *sym = &img->elf->syms[img->syms[i]];

		if (sym->value == (uint64_t)off || sym->value + sym->size > (uint64_t)off)
			return img->syms[i];
	}
	return 0;
}

uint32_t image_find(const struct image *img, const char *name, const char *file)
{
	uint32_t found = 0;

	for (const struct map_entry *e = map_find_str(&img->names, name); e;
	     e = map_next(&img->names, e)) {
		if (!elf_sym_in_sec(&img->elf->syms[e->value]))
			continue;
		/* Between the two, its binding may have changed. */
		if (*file && *img->files[e->value] && strcmp(img->files[e->value], file))
			continue;
		if (found)
			return 0;
		found = e->value;
	}
	return found;
}

const char *place_text(const struct image *img, const struct place *to)
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
			    (unsigned long long)(off < 0 ? -off : off));
}

/* ---- names ---- */

/* Length of what numbers at s may be left out; 0: none. */
static size_t numbering(const char *s, bool unique)
{
	size_t n = 0;

	if (unique && isdigit((unsigned char)*s)) {
		while (isdigit((unsigned char)s[n]))
			n++;
		return n;
	}
	if (!strncmp(s, ".llvm.", 6))
		s += 6, n = 6;
	else if (*s == '.')
		s += 1, n = 1;
	else
		return 0;
	if (!isdigit((unsigned char)*s))
		return 0;
	while (isdigit((unsigned char)*s))
		s++, n++;
	return *s == '.' || !*s ? n : 0;
}

static bool is_unique_id(const char *name)
{
	return strstr(name, "__UNIQUE_ID_") || !strncmp(name, "__initcall__", 12);
}

bool same_stem(const char *a, const char *b)
{
	bool unique = is_unique_id(a) && is_unique_id(b);

	for (;;) {
		size_t n;

		while ((n = numbering(a, unique)))
			a += n;
		while ((n = numbering(b, unique)))
			b += n;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
		a++, b++;
	}
}

bool is_per_copy(const struct image *img, uint32_t sym)
{
	static const char *const stems[] = {
		"__key", "__warned", "__already_done", "__func__", "__FUNCTION__",
		"__PRETTY_FUNCTION__", "_rs", "CSWTCH", "_entry", "_entry_ptr", "__verbose",
		"descriptor", "__UNIQUE_ID_ddebug", NULL,
	};
	static const char *const sections[] = {
		".data..once", ".data.once", ".data.unlikely", "__dyndbg", "__verbose", ".data..Lubsan",
		".data..L__unnamed_", ".data.__unnamed_", NULL,
	};
	const char *name = img->elf->syms[sym].name, *dot;
	const char *sec = img->elf->secs[img->elf->syms[sym].sec]->name;

	for (int i = 0; sections[i]; i++)
		if (!strncmp(sec, sections[i], strlen(sections[i])))
			return true;
	for (int i = 0; stems[i]; i++) {
		if (same_stem(name, stems[i]))
			return true;
		for (dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
			if (same_stem(dot + 1, stems[i]))
				return true;
	}
	return false;
}
