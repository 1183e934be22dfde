// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unwind data in the SFrame format ("The SFrame Format" of binutils): a header, an index with a
 * description of each function, and the rows, each of which holds from an offset in its function on.
 *
 * Nothing in it but the addresses of functions depends on where it stands, and nothing on what there
 * is of another function: the offset of a function's rows counts from where all rows begin.
 */
#include <klp/elf.h>
#include <klp/special.h>

#define MAGIC	    0xdee2
#define HEADER_SIZE 28

enum { VERSION_AT = 2, AUX_SIZE_AT = 7 };

/* Version 3 has these behind the offset of rows: how many there are, and of what kind. */
#define ATTRIBUTES_SIZE 5

static const struct {
	uint8_t entry_size, rows_at;
} forms[] = { [1] = { 17, 8 }, [2] = { 20, 8 }, [3] = { 16, 12 } };

const char *special_sframe_open(struct sframe *s, const struct elf_sec *sec)
{
	const uint8_t *h = sec->data;
	uint64_t rest;

	*s = (struct sframe){ .sec = sec };
	if (!h || sec->size < HEADER_SIZE || get_le16(h) != MAGIC)
		return "it does not begin with SFrame's header";
	s->version = h[VERSION_AT];
	if (!s->version || s->version >= sizeof(forms) / sizeof(*forms))
		return "it is of an unknown version of SFrame";
	s->entry_size = forms[s->version].entry_size;
	s->rows_at = forms[s->version].rows_at;
	s->header = HEADER_SIZE + (uint64_t)h[AUX_SIZE_AT];
	s->nr = get_le32(h + SFRAME_NR_AT);
	s->nr_rows = get_le32(h + SFRAME_NR_ROWS_AT);
	s->index = s->header + get_le32(h + SFRAME_INDEX_AT);
	s->rows = s->header + get_le32(h + SFRAME_ROWS_AT);
	s->end = s->rows + get_le32(h + SFRAME_ROWS_SIZE_AT);
	rest = s->index < sec->size ? sec->size - s->index : 0;
	if (s->nr > rest / s->entry_size || s->end > sec->size)
		return "it ends before its entries";
	return NULL;
}

/* The size of nr rows at `at`, 0: they do not end before those of all functions. */
static uint64_t size_of_rows(const struct sframe *s, uint64_t at, uint32_t nr, uint8_t info)
{
	unsigned int address = (info & 0xf) < 3 ? 1U << (info & 0xf) : 0;
	uint64_t from = at;

	while (address && nr--) {
		unsigned int word;

		if (at > s->end || s->end - at < address + 1)
			return 0;
		word = s->sec->data[at + address];
		if ((word >> 5 & 3) == 3)
			return 0;
		at += address + 1 + (uint64_t)(word >> 1 & 0xf) * (1U << (word >> 5 & 3));
	}
	return at > s->end ? 0 : at - from;
}

const char *special_sframe_entry(struct sframe *s, uint32_t i, struct sframe_entry *e)
{
	static const char bad[] = "what it has of a function is not whole";
	const uint8_t *data = s->sec->data, *p = data + s->index + i * s->entry_size;
	uint64_t before = s->version == 3 ? ATTRIBUTES_SIZE : 0;
	uint8_t info;

	*e = (struct sframe_entry){ .at = s->index + i * s->entry_size,
				    .func_size = get_le32(p + s->rows_at - 4),
				    .rows = s->rows + get_le32(p + s->rows_at) };
	if (e->rows > s->end || s->end - e->rows < before)
		return bad;
	e->nr_rows = before ? get_le16(data + e->rows) : get_le32(p + 12);
	info = before ? data[e->rows + 2] : p[16];
	e->size = before + size_of_rows(s, e->rows + before, e->nr_rows, info);
	if (e->nr_rows && e->size == before)
		return bad;
	/* Otherwise each of many functions could have all rows, and reading them take hours. */
	s->taken += e->size;
	return s->taken > s->end - s->rows ? "functions share rows" : NULL;
}

const struct elf_reloc *special_sframe_reloc(const struct sframe *s, const struct sframe_entry *e)
{
	const struct elf_sec *rela = s->sec->rela;
	size_t k = rela ? elf_first_reloc(rela, e->at) : 0;

	if (!rela || k >= rela->nr_relocs || rela->relocs[k].offset != e->at ||
	    (k + 1 < rela->nr_relocs && rela->relocs[k + 1].offset < e->at + s->entry_size))
		return NULL;
	return &rela->relocs[k];
}
