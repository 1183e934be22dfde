// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damages to each field of each structure of an object.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

#include "mutate.h"

const char *const kind_names[NR_KINDS] = {
	"section-name", "section-type", "section-flags", "section-size", "section-align",
	"section-info", "section-link", "section-entsize",
	"symbol-name", "symbol-value", "symbol-size", "symbol-bind", "symbol-type",
	"symbol-other", "symbol-section",
	"reloc-offset", "reloc-type", "reloc-symbol", "reloc-addend", "reloc-drop", "reloc-swap",
	"table-drop", "table-swap", "code", "data", "string", "klp-name", "klp-position",
	"machine-flags",
};

static uint64_t state;

void seed_damages(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
}

static uint64_t rnd(uint64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? state % n : 0;
}

const char *sec_name(const struct file *f, const Elf64_Shdr *s)
{
	return f->shstrtab + s->sh_name;
}

const char *sym_name(const struct file *f, const Elf64_Sym *s)
{
	return f->strtab + s->st_name;
}

void index_file(struct file *f)
{
	f->ehdr = (Elf64_Ehdr *)f->bytes;
	f->shdrs = (Elf64_Shdr *)(f->bytes + f->ehdr->e_shoff);
	f->nr_secs = f->ehdr->e_shnum;
	f->shstrtab = (const char *)f->good + f->shdrs[f->ehdr->e_shstrndx].sh_offset;
	for (size_t i = 1; i < f->nr_secs; i++) {
		Elf64_Shdr *s = &f->shdrs[i];

		if (s->sh_type != SHT_SYMTAB)
			continue;
		f->syms = (Elf64_Sym *)(f->bytes + s->sh_offset);
		f->nr_syms = s->sh_size / sizeof(*f->syms);
		f->strtab = (char *)f->bytes + f->shdrs[s->sh_link].sh_offset;
		f->strtab_size = f->shdrs[s->sh_link].sh_size;
	}
}

/* ---- choosing ---- */

typedef bool (*section_is)(const struct file *f, const Elf64_Shdr *s);

static bool any(const struct file *f, const Elf64_Shdr *s)
{
	(void)f;
	return s->sh_type != SHT_NULL;
}

static bool is_rela(const struct file *f, const Elf64_Shdr *s)
{
	(void)f;
	return s->sh_type == SHT_RELA && s->sh_size;
}

static bool is_code(const struct file *f, const Elf64_Shdr *s)
{
	(void)f;
	return s->sh_flags & SHF_EXECINSTR && s->sh_type == SHT_PROGBITS && s->sh_size;
}

static bool is_string(const struct file *f, const Elf64_Shdr *s)
{
	(void)f;
	return s->sh_flags & SHF_ALLOC && s->sh_flags & SHF_STRINGS && s->sh_size;
}

static bool is_data(const struct file *f, const Elf64_Shdr *s)
{
	return s->sh_flags & SHF_ALLOC && s->sh_type == SHT_PROGBITS && s->sh_size &&
	       !is_code(f, s) && !is_string(f, s);
}

static Elf64_Shdr *pick_section(const struct file *f, section_is is)
{
	size_t nr = 0, n;

	for (size_t i = 1; i < f->nr_secs; i++)
		nr += is(f, &f->shdrs[i]);
	n = rnd(nr);
	for (size_t i = 1; i < f->nr_secs; i++)
		if (is(f, &f->shdrs[i]) && !n--)
			return &f->shdrs[i];
	return NULL;
}

static Elf64_Rela *relas(const struct file *f, const Elf64_Shdr *s, size_t *nr)
{
	*nr = s->sh_size / sizeof(Elf64_Rela);
	return (Elf64_Rela *)(f->bytes + s->sh_offset);
}

Elf64_Shdr *rela_of(const struct file *f, const Elf64_Shdr *s)
{
	for (size_t i = 1; i < f->nr_secs; i++)
		if (f->shdrs[i].sh_type == SHT_RELA && f->shdrs[i].sh_info == (size_t)(s - f->shdrs))
			return &f->shdrs[i];
	return NULL;
}

/* The begin or end of the livepatch name's part: .klp.sym.OBJECT.NAME,POS */
static char *klp_name(const struct file *f, bool pos)
{
	size_t nr = 0, n;

	for (size_t i = 1; i < f->nr_syms; i++)
		nr += !strncmp(sym_name(f, &f->syms[i]), ".klp.sym.", 9);
	n = rnd(nr);
	for (size_t i = 1; nr && i < f->nr_syms; i++) {
		char *s = f->strtab + f->syms[i].st_name;

		if (!strncmp(s, ".klp.sym.", 9) && !n--)
			return pos ? strrchr(s, ',') + 1 : s;
	}
	return NULL;
}

/* ---- damages: false if there is nothing of that kind; text says what was done ---- */

static bool said(struct damage *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool said(struct damage *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->text, sizeof(d->text), fmt, ap);
	va_end(ap);
	return true;
}

static bool damage_section(const struct file *f, enum kind kind, struct damage *d)
{
	Elf64_Shdr *s = pick_section(f, any), *other = pick_section(f, any);
	const char *name = sec_name(f, s);
	uint64_t was;

	d->sec = s;
	switch (kind) {
	case SEC_NAME:
		was = s->sh_name;
		s->sh_name = other->sh_name;
		return s->sh_name != was && said(d, "%s becomes %s", name, sec_name(f, s));
	case SEC_TYPE:
		was = s->sh_type;
		s->sh_type = other->sh_type;
		return s->sh_type != was && said(d, "%s type %u", name, s->sh_type);
	case SEC_FLAGS:
		was = 1ull << rnd(11);
		s->sh_flags ^= was;
		return said(d, "%s flag %#llx", name, (unsigned long long)was);
	case SEC_SIZE:
		was = rnd(4) ? rnd(s->sh_size) : s->sh_size - (s->sh_entsize ? s->sh_entsize : 4);
		if (was >= s->sh_size)
			return false;
		s->sh_size = was;
		return said(d, "%s size %#llx", name, (unsigned long long)was);
	case SEC_ALIGN:
		if (s->sh_addralign < 2)
			return false;
		s->sh_addralign = 1ull << rnd((uint64_t)__builtin_ctzll(s->sh_addralign));
		return said(d, "%s align %llu", name, (unsigned long long)s->sh_addralign);
	case SEC_INFO:
		was = s->sh_info;
		s->sh_info = (uint32_t)rnd(f->nr_secs);
		return s->sh_info != was && said(d, "%s info %u", name, s->sh_info);
	case SEC_LINK:
		was = s->sh_link;
		s->sh_link = (uint32_t)rnd(f->nr_secs);
		return s->sh_link != was && said(d, "%s link %u", name, s->sh_link);
	default:
		was = s->sh_entsize;
		s->sh_entsize = rnd(2) ? rnd(33) : other->sh_entsize;
		return s->sh_entsize != was && said(d, "%s entsize %llu, was %llu", name,
						    (unsigned long long)s->sh_entsize,
						    (unsigned long long)was);
	}
}

static int64_t step(void)
{
	static const int64_t steps[] = { 1, -1, 4, -4, 8, -8, 16, 24, 64, 256, -256, 4096 };

	return steps[rnd(sizeof(steps) / sizeof(*steps))];
}

static bool damage_symbol(const struct file *f, enum kind kind, struct damage *d)
{
	Elf64_Sym *s = &f->syms[1 + rnd(f->nr_syms - 1)], *other = &f->syms[1 + rnd(f->nr_syms - 1)];
	const char *name = sym_name(f, s);
	uint64_t was;

	d->sym = s;
	if (ELF64_ST_TYPE(s->st_info) == STT_SECTION)
		name = sec_name(f, &f->shdrs[s->st_shndx]);
	switch (kind) {
	case SYM_NAME:
		was = s->st_name;
		s->st_name = other->st_name;
		return s->st_name != was && said(d, "%s becomes %s", name, sym_name(f, s));
	case SYM_VALUE:
		s->st_value += (uint64_t)step();
		return said(d, "%s value %#llx", name, (unsigned long long)s->st_value);
	case SYM_SIZE:
		s->st_size += (uint64_t)step();
		return said(d, "%s size %#llx", name, (unsigned long long)s->st_size);
	case SYM_BIND:
		was = s->st_info;
		s->st_info = ELF64_ST_INFO((int)rnd(3), ELF64_ST_TYPE(s->st_info));
		return s->st_info != was && said(d, "%s bind %u", name, ELF64_ST_BIND(s->st_info));
	case SYM_TYPE:
		was = s->st_info;
		s->st_info = ELF64_ST_INFO(ELF64_ST_BIND(s->st_info), (int)rnd(5));
		return s->st_info != was && said(d, "%s type %u, was %u", name,
						 ELF64_ST_TYPE(s->st_info),
						 (unsigned int)(was & 15));
	case SYM_OTHER:
		was = 1u << rnd(8);
		s->st_other ^= (uint8_t)was;
		return said(d, "%s other %#x", name, s->st_other);
	default:
		was = s->st_shndx;
		s->st_shndx = (uint16_t)rnd(f->nr_secs);
		return s->st_shndx != was && said(d, "%s section %u", name, s->st_shndx);
	}
}

static bool damage_reloc(const struct file *f, enum kind kind, struct damage *d)
{
	Elf64_Shdr *s = pick_section(f, is_rela);
	Elf64_Rela *list, *r, *other;
	const char *name;
	size_t nr;
	uint64_t was;

	if (!s)
		return false;
	name = sec_name(f, s);
	list = relas(f, s, &nr);
	r = &list[rnd(nr)];
	other = &list[rnd(nr)];
	was = r->r_offset;
	d->sec = s;
	d->rel = r;
	d->other = other;
	switch (kind) {
	case REL_OFFSET:
		r->r_offset += (uint64_t)step();
		return said(d, "%s+%#llx offset %#llx", name, (unsigned long long)was,
			    (unsigned long long)r->r_offset);
	case REL_TYPE: {
		const struct arch *arch = arch_find(f->ehdr->e_machine);
		uint32_t type = arch->relocs[rnd(arch->nr_relocs)].type;

		if (type == ELF64_R_TYPE(r->r_info))
			return false;
		r->r_info = ELF64_R_INFO(ELF64_R_SYM(r->r_info), (uint64_t)type);
		return said(d, "%s+%#llx type %u", name, (unsigned long long)was, type);
	}
	case REL_SYM: {
		uint64_t sym = rnd(f->nr_syms);

		if (sym == ELF64_R_SYM(r->r_info))
			return false;
		said(d, "%s+%#llx %s becomes %s", name, (unsigned long long)was,
		     sym_name(f, &f->syms[ELF64_R_SYM(r->r_info)]), sym_name(f, &f->syms[sym]));
		r->r_info = ELF64_R_INFO(sym, ELF64_R_TYPE(r->r_info));
		return true;
	}
	case REL_ADDEND:
		r->r_addend += step();
		return said(d, "%s+%#llx addend %lld", name, (unsigned long long)was,
			    (long long)r->r_addend);
	case REL_DROP:
		memmove(r, r + 1, (size_t)(list + nr - r - 1) * sizeof(*r));
		s->sh_size -= sizeof(*r);
		return said(d, "%s+%#llx dropped", name, (unsigned long long)was);
	default: {
		Elf64_Rela copy = *r;

		if (copy.r_info == other->r_info && copy.r_addend == other->r_addend)
			return false;
		r->r_info = other->r_info, r->r_addend = other->r_addend;
		other->r_info = copy.r_info, other->r_addend = copy.r_addend;
		return said(d, "%s+%#llx and +%#llx swapped", name, (unsigned long long)was,
			    (unsigned long long)other->r_offset);
	}
	}
}

/* A multiple of 4 in the size that lets relocations repeat: 8, 12, 16, 24, … */
static bool is_table(const struct file *f, const Elf64_Shdr *s)
{
	const char *name = sec_name(f, s);

	return is_data(f, s) && rela_of(f, s) &&
	       (!strncmp(name, "__", 2) || !strncmp(name, ".init.klp_funcs", 15) ||
		!strncmp(name, ".alt", 4) || strstr(name, "ftr_fixup") || strstr(name, ".klp."));
}

/* The bytes of a step and the relocations in them go, or change places with those behind. */
static bool damage_table(const struct file *f, enum kind kind, struct damage *d)
{
	Elf64_Shdr *s = pick_section(f, is_table), *rs;
	Elf64_Rela *list;
	uint64_t size, at;
	size_t nr, n = 0;

	if (!s)
		return false;
	d->sec = s;
	rs = rela_of(f, s);
	list = relas(f, rs, &nr);
	for (size = 4; size <= 32 && size < s->sh_size; size += 4)
		if (!(s->sh_size % size) && size >= list[0].r_offset + 4)
			break;
	if (kind == TABLE_SWAP) {
		uint64_t half = s->sh_size / 2 & ~3ull;

		/* bytes alone: what they belong to stays */
		if (half < 4)
			return false;
		for (uint64_t i = 0; i < half; i++) {
			uint8_t *b = f->bytes + s->sh_offset, t = b[i];

			b[i] = b[half + i];
			b[half + i] = t;
		}
		return said(d, "%s halves' bytes swapped", sec_name(f, s));
	}
	if (size > s->sh_size)
		return false;
	at = s->sh_size - size;
	s->sh_size = at;
	for (size_t i = 0; i < nr; i++)
		if (list[i].r_offset < at)
			list[n++] = list[i];
	rs->sh_size = n * sizeof(*list);
	return said(d, "%s last %llu bytes dropped", sec_name(f, s), (unsigned long long)size);
}

static bool damage_bytes(const struct file *f, section_is is, struct damage *d)
{
	Elf64_Shdr *s = pick_section(f, is);
	uint64_t at;
	uint8_t bit;

	if (!s)
		return false;
	at = rnd(s->sh_size);
	d->sec = s;
	d->at = at;
	bit = (uint8_t)(1u << rnd(8));
	f->bytes[s->sh_offset + at] ^= bit;
	return said(d, "%s+%#llx bit %#x", sec_name(f, s), (unsigned long long)at, bit);
}

static bool damage_klp(const struct file *f, bool pos, struct damage *d)
{
	char *s = klp_name(f, pos);
	size_t at;

	if (!s)
		return false;
	at = pos ? 0 : 9 + rnd(strcspn(s, ",") - 9);
	said(d, "%s", s);
	s[at] = pos ? (char)('0' + (s[at] - '0' + 1 + (int)rnd(9)) % 10)
		    : (char)(s[at] == 'x' ? 'y' : 'x');
	snprintf(d->text + strlen(d->text), sizeof(d->text) - strlen(d->text), " becomes %s", s);
	return true;
}

bool make_damage(const struct file *f, enum kind kind, struct damage *d)
{
	*d = (struct damage){ .kind = kind };
	if (kind <= SEC_ENTSIZE)
		return damage_section(f, kind, d);
	if (kind <= SYM_SECTION)
		return damage_symbol(f, kind, d);
	if (kind <= REL_SWAP)
		return damage_reloc(f, kind, d);
	switch (kind) {
	case CODE:
		return damage_bytes(f, is_code, d);
	case DATA:
		return damage_bytes(f, is_data, d);
	case STRING:
		return damage_bytes(f, is_string, d);
	case KLP_NAME:
	case KLP_POS:
		return damage_klp(f, kind == KLP_POS, d);
	case MACHINE_FLAGS:
		f->ehdr->e_flags ^= 1u << rnd(8);
		return said(d, "e_flags %#x", f->ehdr->e_flags);
	default:
		return damage_table(f, kind, d);
	}
}

enum kind any_kind(void)
{
	return rnd(NR_KINDS);
}
