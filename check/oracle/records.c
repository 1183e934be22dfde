// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: records that differ in nothing but lines: file, line, column, and in most of the
 * sanitizers' a type's descriptor behind them.
 */
#include <string.h>

#include "internal.h"

#define LINE_AND_COLUMN 8 /* both are behind the pointer to the file's name */

#define TAG_LINE  4 /* struct alloc_tag: behind its flags */
#define TAG_NAMES 16

/* The tag of an allocation: the function's name and the file's; the module's only in modules. */
static bool is_tag(const struct elf_sec *sec, uint64_t start, uint64_t size,
		   const struct operands *ops)
{
	unsigned int names = 0;

	if (strcmp(sec->name, "alloc_tags") || size < TAG_NAMES + 2 * 8)
		return false;
	for (size_t i = 0; i < ops->nr; i++)
		names += ops->list[i].at == start + TAG_NAMES ||
			 ops->list[i].at == start + TAG_NAMES + 8;
	return names == 2;
}

/* A type's descriptor: two short numbers, and its name as in 'int'. */
static bool describes_type(const struct image *img, const struct place *to)
{
	const struct elf_sec *sec = img->elf->secs[to->sec];
	const char *name, *end;

	if (!to->sec || !sec->data || to->off < 0 || (uint64_t)to->off + 4 >= sec->size)
		return false;
	name = (const char *)sec->data + to->off + 4;
	end = memchr(name, 0, sec->size - (uint64_t)to->off - 4);
	return end && end - name > 2 && *name == '\'' && end[-1] == '\'';
}

static bool is_sanitizers(const struct image *img, const struct elf_sec *sec, uint64_t start,
			  uint64_t size, const struct operands *ops)
{
	if (size < 2 * LINE_AND_COLUMN ||
	    !(img->elf->secs[ops->list[0].to.sec]->flags & SHF_STRINGS))
		return false;
	for (size_t i = 1; i < ops->nr; i++)
		if (ops->list[i].at < start + 2 * LINE_AND_COLUMN)
			return false;
	return strstr(sec->name, "Lubsan_data") ||
	       (strstr(sec->name, "__unnamed_") && ops->nr > 1 &&
		ops->list[1].at == start + 2 * LINE_AND_COLUMN &&
		describes_type(img, &ops->list[1].to));
}

/* Rust's: the name has a length between its pointer and the line, and nothing comes behind. */
static bool is_rusts(const struct image *img, const uint8_t *bytes, const struct elf_sec *sec,
		     uint64_t size, const struct operands *ops)
{
	const struct place *to = &ops->list[0].to;
	const struct elf_sec *file = img->elf->secs[to->sec];
	uint64_t len;

	if (!strstr(sec->name, ".Lanon.") || size != 3 * LINE_AND_COLUMN || ops->nr != 1 ||
	    !file->data || (file->flags | sec->flags) & SHF_EXECINSTR || to->off < 0 ||
	    (uint64_t)to->off > file->size)
		return false;
	len = get_le64(bytes + LINE_AND_COLUMN);
	return len > 3 && len <= file->size - (uint64_t)to->off &&
	       !memcmp(file->data + to->off + len - 3, ".rs", 3) &&
	       get_le32(bytes + 2 * LINE_AND_COLUMN) && get_le32(bytes + 2 * LINE_AND_COLUMN + 4);
}

bool oracle_is_sanitizers_record(const struct image *img, uint32_t sec, uint64_t start,
				 uint64_t size, const struct operands *ops)
{
	return ops->nr && ops->list[0].at == start && ops->list[0].to.sec &&
	       is_sanitizers(img, img->elf->secs[sec], start, size, ops);
}

void oracle_mask_location(const struct image *img, uint8_t *bytes, const struct elf_sec *sec,
			  uint64_t start, uint64_t size, const struct operands *ops)
{
	if (is_tag(sec, start, size, ops))
		memset(bytes + TAG_LINE, 0, 4);
	if (!ops->nr || ops->list[0].at != start || !ops->list[0].to.sec)
		return;
	if (is_sanitizers(img, sec, start, size, ops))
		memset(bytes + LINE_AND_COLUMN, 0, LINE_AND_COLUMN);
	else if (is_rusts(img, bytes, sec, size, ops))
		memset(bytes + 2 * LINE_AND_COLUMN, 0, LINE_AND_COLUMN);
}
