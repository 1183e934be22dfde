// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the output leaves to the kernel is there as the patch wants it: in
 * memory that is still there, that may be written to where the patched object's may, of
 * one copy or one per CPU, and aligned as the patched object's is.
 */
#include "internal.h"

/* The kinds of memory, by what may be done with it. */
enum can {
	CAN_READ = 1,		/* after boot or load, at its address */
	CAN_WRITE = 2,
	CAN_PER_CPU = 4,	/* by its offset */
	CAN_PER_THREAD = 8,
};

static unsigned int can_do(enum storage storage)
{
	switch (storage) {
	case STORAGE_INIT:
	case STORAGE_EXIT:
		return 0;
	case STORAGE_PER_CPU:
		return CAN_PER_CPU;
	case STORAGE_THREAD:
		return CAN_PER_THREAD;
	case STORAGE_READ_ONLY:
	case STORAGE_RO_AFTER_INIT:
	case STORAGE_CODE:
		return CAN_READ;
	default:
		return CAN_READ | CAN_WRITE;
	}
}

static const struct elf_sec *section_of(const struct image *img, uint32_t sym)
{
	return img->elf->secs[img->elf->syms[sym].sec];
}

/* All of that name in the kernel: can one do with them what is wanted? */
static bool kernel_can(const struct oracle *o, const char *name, unsigned int wanted)
{
	size_t nr = 0;
	const struct kernel_sym *s = o->kernel ? kernel_file_find(o->kernel, name, &nr) : NULL;

	for (size_t i = 0; i < nr; i++) {
		enum storage storage = kernel_storage(o->kernel, o->arch, &s[i]);

		if (storage == STORAGE_UNKNOWN || wanted & ~can_do(storage))
			return false;
	}
	return nr;
}

static bool kernel_is_aligned(const struct oracle *o, const char *name, uint64_t align)
{
	size_t nr = 0;
	const struct kernel_sym *s = o->kernel ? kernel_file_find(o->kernel, name, &nr) : NULL;

	for (size_t i = 0; i < nr; i++)
		if (kernel_alignment(o->kernel, &s[i]) < align)
			return false;
	return nr;
}

/* The section's alignment, if all of its symbols stand at its begin: it is theirs.  0: unknown. */
static uint64_t section_asks(const struct image *img, uint32_t sec)
{
	uint32_t end = img->first[sec + 1];
	bool any = end > img->first[sec];

	return any && img->elf->syms[img->syms[end - 1]].value ? 0 : img->elf->secs[sec]->align;
}

/* What explains that nothing is between the object and the one before it.  0: nothing does. */
static uint64_t gap_asks(struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t i = image_first_at(img, s->sec, (int64_t)s->value);
	uint64_t end = i > img->first[s->sec] ? img->ends[i - 1] : 0, align = 1;

	if (end >= s->value || image_is_target(img, s->sec, end) ||
	    image_next_target(img, s->sec, end) != s->value)
		return 0;
	/* With less, it would stand in front of where it is. */
	while (align <= s->value && s->value - align >= end)
		align *= 2;
	return s->value % align ? 0 : align;
}

static uint64_t alignment_asked(struct image *img, uint32_t sym)
{
	uint64_t section = section_asks(img, img->elf->syms[sym].sec), gap = gap_asks(img, sym);

	return section > gap ? section : gap;
}

static bool is_aligned(const struct image *img, uint32_t sym, uint64_t align)
{
	return section_of(img, sym)->align >= align && !(img->elf->syms[sym].value % align);
}

void check_kept(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig, uint32_t psym)
{
	const char *name = o->orig.elf->syms[orig].name;
	enum storage has = special_storage_of(o->arch, section_of(&o->orig, orig));
	enum storage want = special_storage_of(o->arch, section_of(&o->patched, psym));
	unsigned int wanted = can_do(want);
	uint64_t align = alignment_asked(&o->patched, psym);

	if (wanted & ~can_do(has) && !kernel_can(o, name, wanted))
		oracle_finding(o, osec, at, "kept-kind",
			       "%s is %s in the kernel (%s), %s in %s (%s)", name,
			       special_storage_text(has), section_of(&o->orig, orig)->name,
			       special_storage_text(want), o->patched.elf->path,
			       section_of(&o->patched, psym)->name);
	if (align > 1 && !oracle_is_code(section_of(&o->patched, psym)) &&
	    !is_aligned(&o->orig, orig, align) && !kernel_is_aligned(o, name, align))
		oracle_finding(
			o, osec, at, "alignment",
			"%s is aligned to %llu bytes in %s, and not for certain in the kernel",
			name, (unsigned long long)align, o->patched.elf->path);
}
