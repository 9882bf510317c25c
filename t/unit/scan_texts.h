/* Texts that are JSON, and texts that are not. */

#ifndef _NGX_CRM_SCAN_TEXTS_H_INCLUDED_
#define _NGX_CRM_SCAN_TEXTS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define scan_bytes(s)      s, sizeof(s) - 1
#define scan_count(table)  (sizeof(table) / sizeof((table)[0]))


typedef struct {
    const char  *text;
    size_t       len;
    ngx_uint_t   valid;
    ngx_uint_t   differs;    /* jansson refuses more than RFC 8259 does */
} scan_text_t;


static const scan_text_t  scan_text_cases[] = {

    { scan_bytes("{}"), 1, 0 },
    { scan_bytes("[]"), 1, 0 },
    { scan_bytes(" \t\r\n[ ] \n"), 1, 0 },
    { scan_bytes("\"\""), 1, 0 },
    { scan_bytes("null"), 1, 0 },
    { scan_bytes("true"), 1, 0 },
    { scan_bytes("false"), 1, 0 },
    { scan_bytes("0"), 1, 0 },
    { scan_bytes("-0"), 1, 0 },
    { scan_bytes("-1.5e+10"), 1, 0 },
    { scan_bytes("1E5"), 1, 0 },
    { scan_bytes("1.62726591323E12"), 1, 0 },
    { scan_bytes("[1,2,{\"a\":[{}],\"b\":null}]"), 1, 0 },
    { scan_bytes("{\"a\":{\"b\":{\"c\":[[],[[]]]}}}"), 1, 0 },
    { scan_bytes("{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }"), 1, 0 },
    { scan_bytes("{\"a\":1,\"a\":2}"), 1, 0 },
    { scan_bytes("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""), 1, 0 },
    { scan_bytes("\"\\uD83D\\uDE00\""), 1, 0 },
    { scan_bytes("\"\\ud7ff\\ue000\""), 1, 0 },
    { scan_bytes("\"\\u0000\""), 1, 0 },
    { scan_bytes("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""), 1, 0 },
    { scan_bytes("\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\""), 1, 0 },
    { scan_bytes("\"0123456789abcdef0123456789abcdef\x7f\""), 1, 0 },
    { scan_bytes("\"0123456789abcdef\\n0123456789abcde\""), 1, 0 },
    { scan_bytes("12345678901234567890"), 1, 1 },
    { scan_bytes("1e400"), 1, 1 },

    { scan_bytes(""), 0, 0 },
    { scan_bytes("   "), 0, 0 },
    { scan_bytes("{"), 0, 0 },
    { scan_bytes("}"), 0, 0 },
    { scan_bytes("[1,]"), 0, 0 },
    { scan_bytes("[,1]"), 0, 0 },
    { scan_bytes("[1 2]"), 0, 0 },
    { scan_bytes("[1}"), 0, 0 },
    { scan_bytes("{]"), 0, 0 },
    { scan_bytes("{\"a\":1,}"), 0, 0 },
    { scan_bytes("{,}"), 0, 0 },
    { scan_bytes("{\"a\"}"), 0, 0 },
    { scan_bytes("{\"a\":}"), 0, 0 },
    { scan_bytes("{\"a\" 1}"), 0, 0 },
    { scan_bytes("{\"a\":1 \"b\":2}"), 0, 0 },
    { scan_bytes("{\"a\":1{\"b\":2}}"), 0, 0 },
    { scan_bytes("{a:1}"), 0, 0 },
    { scan_bytes("{1:1}"), 0, 0 },
    { scan_bytes("{'a':1}"), 0, 0 },
    { scan_bytes("'a'"), 0, 0 },
    { scan_bytes("{}{}"), 0, 0 },
    { scan_bytes("[] x"), 0, 0 },
    { scan_bytes("[1] // c"), 0, 0 },
    { scan_bytes("/**/[1]"), 0, 0 },
    { scan_bytes("NaN"), 0, 0 },
    { scan_bytes("nan"), 0, 0 },
    { scan_bytes("Infinity"), 0, 0 },
    { scan_bytes("-Infinity"), 0, 0 },
    { scan_bytes("True"), 0, 0 },
    { scan_bytes("tru"), 0, 0 },
    { scan_bytes("nulll"), 0, 0 },
    { scan_bytes("undefined"), 0, 0 },
    { scan_bytes("01"), 0, 0 },
    { scan_bytes("-01"), 0, 0 },
    { scan_bytes("00"), 0, 0 },
    { scan_bytes("+1"), 0, 0 },
    { scan_bytes("-"), 0, 0 },
    { scan_bytes("1."), 0, 0 },
    { scan_bytes(".5"), 0, 0 },
    { scan_bytes("1e"), 0, 0 },
    { scan_bytes("1e+"), 0, 0 },
    { scan_bytes("1.e5"), 0, 0 },
    { scan_bytes("0x10"), 0, 0 },
    { scan_bytes("1_000"), 0, 0 },
    { scan_bytes("--1"), 0, 0 },
    { scan_bytes("\"\\x41\""), 0, 0 },
    { scan_bytes("\"\\'\""), 0, 0 },
    { scan_bytes("\"\\u12\""), 0, 0 },
    { scan_bytes("\"\\u12g4\""), 0, 0 },
    { scan_bytes("\"\\"), 0, 0 },
    { scan_bytes("\"\\\""), 0, 0 },
    { scan_bytes("\"abc"), 0, 0 },
    { scan_bytes("\"\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\""), 0, 0 },
    { scan_bytes("\"\\uD83Dx\""), 0, 0 },
    { scan_bytes("\"\\uD83D\\n\""), 0, 0 },
    { scan_bytes("\"\\uD83D\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\\uD83D\""), 0, 0 },
    { scan_bytes("\"\\uDE00\\uDE00\""), 0, 0 },
    { scan_bytes("\"a\nb\""), 0, 0 },
    { scan_bytes("\"a\tb\""), 0, 0 },
    { scan_bytes("\"\x1f\""), 0, 0 },
    { scan_bytes("\"a\0b\""), 0, 0 },
    { scan_bytes("[1]\0"), 0, 0 },
    { scan_bytes("\0[1]"), 0, 0 },
    { scan_bytes("\"\xc0\xaf\""), 0, 0 },
    { scan_bytes("\"\xc1\xbf\""), 0, 0 },
    { scan_bytes("\"\xe0\x80\xaf\""), 0, 0 },
    { scan_bytes("\"\xe0\x9f\xbf\""), 0, 0 },
    { scan_bytes("\"\xf0\x80\x80\xaf\""), 0, 0 },
    { scan_bytes("\"\xf0\x8f\xbf\xbf\""), 0, 0 },
    { scan_bytes("\"\xed\xa0\x80\""), 0, 0 },
    { scan_bytes("\"\xed\xbf\xbf\""), 0, 0 },
    { scan_bytes("\"\xf4\x90\x80\x80\""), 0, 0 },
    { scan_bytes("\"\xf5\x80\x80\x80\""), 0, 0 },
    { scan_bytes("\"\xff\""), 0, 0 },
    { scan_bytes("\"\x80\""), 0, 0 },
    { scan_bytes("\"\xc3\""), 0, 0 },
    { scan_bytes("\"\xe2\x82\""), 0, 0 },
    { scan_bytes("\"0123456789abcdef\x01\""), 0, 0 },
    { scan_bytes("\"0123456789abcde\xff\""), 0, 0 },
    { scan_bytes("\"0123456789ab\x1f" "def0123456789abcdef\""), 0, 0 },
    { scan_bytes("\xef\xbb\xbf{}"), 0, 0 },
    { scan_bytes("[1\x0b]"), 0, 0 },
    { scan_bytes("[\xc2\xa0]"), 0, 0 }
};


/* the same bytes in a buffer of their exact size, for a sanitizer to watch */

static ngx_str_t
scan_copy(const char *text, size_t len)
{
    ngx_str_t  copy;

    copy.len = len;
    copy.data = malloc(len);

    memcpy(copy.data, text, len);

    return copy;
}


#endif /* _NGX_CRM_SCAN_TEXTS_H_INCLUDED_ */
