// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program of tests/harness needs in place of a libc: the entry, printk()
 * onto the standard output, and the other names that Module.symvers exports.
 */
#include <stdarg.h>

#include "kernel.h"

int main(void);
void start_c(void) __attribute__((noreturn, used));

#if defined(__x86_64__)
#define NR_WRITE 1
#define NR_EXIT	 231
asm(".pushsection .text\n"
    ".globl _start, __fentry__\n"
    "_start: xor %ebp, %ebp\n"
    "	and $-16, %rsp\n"
    "	call start_c\n"
    "__fentry__: ret\n"
    ".popsection\n");

static long syscall3(long nr, long a, long b, long c)
{
	long ret;

	asm volatile("syscall" : "=a"(ret) : "0"(nr), "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return ret;
}
#elif defined(__aarch64__)
#define NR_WRITE 64
#define NR_EXIT	 94
asm(".pushsection .text\n"
    ".globl _start, _mcount\n"
    "_start: mov x29, #0\n"
    "	mov x30, #0\n"
    "	bl start_c\n"
    "_mcount: ret\n"
    ".popsection\n");

static long syscall3(long nr, long a, long b, long c)
{
	register long x8 asm("x8") = nr, x0 asm("x0") = a, x1 asm("x1") = b, x2 asm("x2") = c;

	asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
#elif defined(__powerpc64__)
#define NR_WRITE 4
#define NR_EXIT	 234
asm(".pushsection .text\n"
    ".globl _start, _mcount\n"
    "_start: addis 2, 12, .TOC. - _start@ha\n"
    "	addi 2, 2, .TOC. - _start@l\n"
    "	li 0, 0\n"
    "	stdu 0, -64(1)\n"
    "	bl start_c\n"
    "	nop\n"
    "_mcount: mflr 12\n"	/* -mprofile-kernel: the caller's own return address is in r0 */
    "	mtctr 12\n"
    "	mtlr 0\n"
    "	bctr\n"
    ".popsection\n");

static long syscall3(long nr, long a, long b, long c)
{
	register long r0 asm("r0") = nr, r3 asm("r3") = a, r4 asm("r4") = b, r5 asm("r5") = c;

	asm volatile("sc" : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
		     : : "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
	return r3;
}
#elif defined(__loongarch64)
#define NR_WRITE 64
#define NR_EXIT	 94
asm(".pushsection .text\n"
    ".globl _start\n"
    "_start: move $fp, $zero\n"
    "	bl start_c\n"
    ".popsection\n");

static long syscall3(long nr, long a, long b, long c)
{
	register long a7 asm("a7") = nr, a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c;

	asm volatile("syscall 0" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2)
		     : "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "memory");
	return a0;
}
#endif

static void put(const char *s, long len)
{
	syscall3(NR_WRITE, 1, (long)s, len);
}

static void put_string(const char *s)
{
	long len = 0;

	while (s[len])
		len++;
	put(s, len);
}

static void put_number(unsigned long v, unsigned int base)
{
	char buf[24], *p = buf + sizeof(buf);

	do {
		*--p = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	put(p, buf + sizeof(buf) - p);
}

static void put_signed(long v)
{
	if (v < 0)
		put("-", 1);
	put_number(v < 0 ? -(unsigned long)v : (unsigned long)v, 10);
}

/* %s, %d, %ld, %x, %lx and %%. */
int printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		int is_long;

		if (*fmt != '%') {
			put(fmt, 1);
			continue;
		}
		is_long = *++fmt == 'l';
		fmt += is_long;
		if (*fmt == 's')
			put_string(va_arg(ap, const char *));
		else if (*fmt == 'd')
			put_signed(is_long ? va_arg(ap, long) : va_arg(ap, int));
		else if (*fmt == 'x')
			put_number(is_long ? va_arg(ap, unsigned long)
					   : va_arg(ap, unsigned int), 16);
		else
			put(fmt, 1);
	}
	va_end(ap);
	return 0;
}

int exported_data = 5;

int exported(int x)
{
	return 7 * x + 1;
}

void start_c(void)
{
	syscall3(NR_EXIT, main(), 0, 0);
	for (;;)
		;
}

/* What compilers may call. */
void *memset(void *p, int c, size_t n)
{
	for (volatile char *b = p; n; n--)
		*b++ = (char)c;
	return p;
}

void *memcpy(void *to, const void *from, size_t n)
{
	volatile char *t = to;

	for (const char *f = from; n; n--)
		*t++ = *f++;
	return to;
}
