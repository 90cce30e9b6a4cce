/* SPDX-License-Identifier: ISC */
#include "agent/ppp/fcs.h"

#include <stdbool.h>
#include <string.h>

enum { POLYNOMIAL = 0x8408 /* x**0 + x**5 + x**12 + x**16, low bit first */, SLICES = 8 };

/* table[k][b]: what the byte b does to the sequence when k more bytes follow it. */
static uint16_t table[SLICES][256];

static uint16_t add_by_table(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	/* Eight at a time, whose look-ups do not wait for each other. */
	for (; len >= SLICES; len -= SLICES, bytes += SLICES)
		fcs = table[7][(bytes[0] ^ fcs) & 0xff] ^ table[6][bytes[1] ^ fcs >> 8] ^
		      table[5][bytes[2]] ^ table[4][bytes[3]] ^ table[3][bytes[4]] ^
		      table[2][bytes[5]] ^ table[1][bytes[6]] ^ table[0][bytes[7]];
	for (; len > 0; len--)
		fcs = (uint16_t)(fcs >> 8 ^ table[0][(fcs ^ *bytes++) & 0xff]);
	return fcs;
}

#if defined __x86_64__
#include <immintrin.h>

/*
 * Folding by carry-less multiplication (Gopal and others, "Fast CRC Computation for Generic
 * Polynomials Using PCLMULQDQ Instruction", Intel 2009): a block of 128 bits that n more
 * bits follow does the same to the sequence as its two halves, multiplied by x**(n + 64)
 * and x**n modulo the polynomial, would in the place of the last 128 of these bits. Low bit
 * first, a product of two is one x too much: the powers below are one less.
 */
enum {
	BLOCK = 16,
	LANES = 4,
	BLOCK_BITS = 128,
	HALF_BITS = 64,
	WORTH_IT = LANES * BLOCK,
	/* the same with two blocks in a lane, where the processor multiplies two at once */
	WIDE = 2 * BLOCK,
	WIDE_STEP = LANES * WIDE,
	/* to put eight lanes together takes longer than four */
	WIDE_WORTH_IT = 4 * WIDE_STEP,
};

static __m128i by_one, by_lanes;
static __m256i by_wide_lanes;
static bool multiplies, multiplies_two;

/* x**power modulo the polynomial, its highest coefficient in the lowest bit of 64. */
static uint64_t power_of_x(unsigned power)
{
	unsigned value = 0x8000; /* x**0 */

	for (; power > 0; power--)
		value = (value & 1) != 0 ? value >> 1 ^ POLYNOMIAL : value >> 1;
	return (uint64_t)value << (HALF_BITS - 16);
}

static __m128i powers(unsigned bits)
{
	return _mm_set_epi64x((long long)power_of_x(bits - 1),
			      (long long)power_of_x(bits + HALF_BITS - 1));
}

static void prepare_multiplying(void)
{
	__m128i wide;

	multiplies = __builtin_cpu_supports("pclmul");
	by_one = powers(BLOCK_BITS);
	by_lanes = powers(LANES * BLOCK_BITS);
	multiplies_two = multiplies && __builtin_cpu_supports("avx2") &&
			 __builtin_cpu_supports("vpclmulqdq");
	wide = powers(2 * LANES * BLOCK_BITS);
	memcpy((uint8_t *)&by_wide_lanes, &wide, sizeof wide);
	memcpy((uint8_t *)&by_wide_lanes + sizeof wide, &wide, sizeof wide);
}

__attribute__((target("pclmul"))) static __m128i fold(__m128i block, __m128i by,
						      __m128i onto)
{
	return _mm_xor_si128(onto, _mm_xor_si128(_mm_clmulepi64_si128(block, by, 0x00),
						 _mm_clmulepi64_si128(block, by, 0x11)));
}

static __m128i load(const uint8_t *bytes)
{
	return _mm_loadu_si128((const __m128i_u *)bytes);
}

/* The sequence of the first block, which what came before has acted on, and all others. */
__attribute__((target("pclmul"))) static uint16_t
add_blocks(__m128i sum, const uint8_t *bytes, size_t len)
{
	uint8_t last[BLOCK];

	for (; len >= BLOCK; bytes += BLOCK, len -= BLOCK)
		sum = fold(sum, by_one, load(bytes));
	_mm_storeu_si128((__m128i_u *)last, sum);
	return add_by_table(add_by_table(0, last, sizeof last), bytes, len);
}

/* Of WORTH_IT bytes or more. */
__attribute__((target("pclmul"))) static uint16_t
add_by_multiplying(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	__m128i lane[LANES], sum;

	for (unsigned i = 0; i < LANES; i++)
		lane[i] = load(bytes + (size_t)i * BLOCK);
	/* What came before acts on the first bits. */
	lane[0] = _mm_xor_si128(lane[0], _mm_cvtsi32_si128(fcs));
	for (bytes += WORTH_IT, len -= WORTH_IT; len >= WORTH_IT;
	     bytes += WORTH_IT, len -= WORTH_IT)
		for (unsigned i = 0; i < LANES; i++)
			lane[i] = fold(lane[i], by_lanes, load(bytes + (size_t)i * BLOCK));
	sum = lane[0];
	for (unsigned i = 1; i < LANES; i++)
		sum = fold(sum, by_one, lane[i]);
	return add_blocks(sum, bytes, len);
}

__attribute__((target("avx2"))) static __m256i load_wide(const uint8_t *bytes)
{
	return _mm256_loadu_si256((const __m256i_u *)bytes);
}

/* Of WIDE_WORTH_IT bytes or more. */
__attribute__((target("avx2,pclmul,vpclmulqdq"))) static uint16_t
add_by_multiplying_two(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	__m256i lane[LANES];
	__m128i sum;

	for (unsigned i = 0; i < LANES; i++)
		lane[i] = load_wide(bytes + (size_t)i * WIDE);
	lane[0] = _mm256_xor_si256(lane[0], _mm256_zextsi128_si256(_mm_cvtsi32_si128(fcs)));
	for (bytes += WIDE_STEP, len -= WIDE_STEP; len >= WIDE_STEP;
	     bytes += WIDE_STEP, len -= WIDE_STEP)
		for (unsigned i = 0; i < LANES; i++)
			lane[i] = _mm256_xor_si256(
			    load_wide(bytes + (size_t)i * WIDE),
			    _mm256_xor_si256(
				_mm256_clmulepi64_epi128(lane[i], by_wide_lanes, 0x00),
				_mm256_clmulepi64_epi128(lane[i], by_wide_lanes, 0x11)));
	sum = _mm_setzero_si128();
	for (unsigned i = 0; i < LANES; i++) {
		sum = fold(sum, by_one, _mm256_castsi256_si128(lane[i]));
		sum = fold(sum, by_one, _mm256_extracti128_si256(lane[i], 1));
	}
	return add_blocks(sum, bytes, len);
}

#else
enum { WORTH_IT = 1, WIDE_WORTH_IT = 1 };
static const bool multiplies = false, multiplies_two = false;

static void prepare_multiplying(void)
{
}

static uint16_t add_by_multiplying(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	return add_by_table(fcs, bytes, len);
}

static uint16_t add_by_multiplying_two(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	return add_by_table(fcs, bytes, len);
}
#endif

void fcs_prepare(void)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		unsigned value = byte;

		for (unsigned bit = 0; bit < 8; bit++)
			value = (value & 1) != 0 ? value >> 1 ^ POLYNOMIAL : value >> 1;
		table[0][byte] = (uint16_t)value;
	}
	for (unsigned k = 1; k < SLICES; k++)
		for (unsigned byte = 0; byte < 256; byte++)
			table[k][byte] = (uint16_t)(table[k - 1][byte] >> 8 ^
						    table[0][table[k - 1][byte] & 0xff]);
	prepare_multiplying();
}

uint16_t fcs_add(uint16_t fcs, const uint8_t *bytes, size_t len)
{
	if (multiplies_two && len >= WIDE_WORTH_IT)
		return add_by_multiplying_two(fcs, bytes, len);
	if (multiplies && len >= WORTH_IT)
		return add_by_multiplying(fcs, bytes, len);
	return add_by_table(fcs, bytes, len);
}
