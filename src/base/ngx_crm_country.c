#include <ngx_config.h>
#include <ngx_core.h>

#include "base/ngx_crm_country.h"


#define NGX_CRM_COUNTRIES                                                     \
    (sizeof(ngx_crm_country_table) / sizeof(ngx_crm_country_t))


typedef struct {
    char  alpha3[4];
    char  alpha2[3];
    char  prefix[5];
} ngx_crm_country_t;


static int ngx_crm_country_compare(const void *one, const void *two);


/*
 * Sorted by alpha-3.  Within country code 1 the prefix goes on with the area
 * code, the first where there are several.  XKX is of the codes that
 * ISO 3166-1 leaves to its users.
 */
static const ngx_crm_country_t  ngx_crm_country_table[] = {
    { "ABW", "AW", "297" },
    { "AFG", "AF", "93" },
    { "AGO", "AO", "244" },
    { "AIA", "AI", "1264" },
    { "ALA", "AX", "358" },
    { "ALB", "AL", "355" },
    { "AND", "AD", "376" },
    { "ARE", "AE", "971" },
    { "ARG", "AR", "54" },
    { "ARM", "AM", "374" },
    { "ASM", "AS", "1684" },
    { "ATA", "AQ", "672" },
    { "ATF", "TF", "262" },
    { "ATG", "AG", "1268" },
    { "AUS", "AU", "61" },
    { "AUT", "AT", "43" },
    { "AZE", "AZ", "994" },
    { "BDI", "BI", "257" },
    { "BEL", "BE", "32" },
    { "BEN", "BJ", "229" },
    { "BES", "BQ", "599" },
    { "BFA", "BF", "226" },
    { "BGD", "BD", "880" },
    { "BGR", "BG", "359" },
    { "BHR", "BH", "973" },
    { "BHS", "BS", "1242" },
    { "BIH", "BA", "387" },
    { "BLM", "BL", "590" },
    { "BLR", "BY", "375" },
    { "BLZ", "BZ", "501" },
    { "BMU", "BM", "1441" },
    { "BOL", "BO", "591" },
    { "BRA", "BR", "55" },
    { "BRB", "BB", "1246" },
    { "BRN", "BN", "673" },
    { "BTN", "BT", "975" },
    { "BVT", "BV", "47" },
    { "BWA", "BW", "267" },
    { "CAF", "CF", "236" },
    { "CAN", "CA", "1" },
    { "CCK", "CC", "61" },
    { "CHE", "CH", "41" },
    { "CHL", "CL", "56" },
    { "CHN", "CN", "86" },
    { "CIV", "CI", "225" },
    { "CMR", "CM", "237" },
    { "COD", "CD", "243" },
    { "COG", "CG", "242" },
    { "COK", "CK", "682" },
    { "COL", "CO", "57" },
    { "COM", "KM", "269" },
    { "CPV", "CV", "238" },
    { "CRI", "CR", "506" },
    { "CUB", "CU", "53" },
    { "CUW", "CW", "599" },
    { "CXR", "CX", "61" },
    { "CYM", "KY", "1345" },
    { "CYP", "CY", "357" },
    { "CZE", "CZ", "420" },
    { "DEU", "DE", "49" },
    { "DJI", "DJ", "253" },
    { "DMA", "DM", "1767" },
    { "DNK", "DK", "45" },
    { "DOM", "DO", "1809" },
    { "DZA", "DZ", "213" },
    { "ECU", "EC", "593" },
    { "EGY", "EG", "20" },
    { "ERI", "ER", "291" },
    { "ESH", "EH", "212" },
    { "ESP", "ES", "34" },
    { "EST", "EE", "372" },
    { "ETH", "ET", "251" },
    { "FIN", "FI", "358" },
    { "FJI", "FJ", "679" },
    { "FLK", "FK", "500" },
    { "FRA", "FR", "33" },
    { "FRO", "FO", "298" },
    { "FSM", "FM", "691" },
    { "GAB", "GA", "241" },
    { "GBR", "GB", "44" },
    { "GEO", "GE", "995" },
    { "GGY", "GG", "44" },
    { "GHA", "GH", "233" },
    { "GIB", "GI", "350" },
    { "GIN", "GN", "224" },
    { "GLP", "GP", "590" },
    { "GMB", "GM", "220" },
    { "GNB", "GW", "245" },
    { "GNQ", "GQ", "240" },
    { "GRC", "GR", "30" },
    { "GRD", "GD", "1473" },
    { "GRL", "GL", "299" },
    { "GTM", "GT", "502" },
    { "GUF", "GF", "594" },
    { "GUM", "GU", "1671" },
    { "GUY", "GY", "592" },
    { "HKG", "HK", "852" },
    { "HMD", "HM", "672" },
    { "HND", "HN", "504" },
    { "HRV", "HR", "385" },
    { "HTI", "HT", "509" },
    { "HUN", "HU", "36" },
    { "IDN", "ID", "62" },
    { "IMN", "IM", "44" },
    { "IND", "IN", "91" },
    { "IOT", "IO", "246" },
    { "IRL", "IE", "353" },
    { "IRN", "IR", "98" },
    { "IRQ", "IQ", "964" },
    { "ISL", "IS", "354" },
    { "ISR", "IL", "972" },
    { "ITA", "IT", "39" },
    { "JAM", "JM", "1876" },
    { "JEY", "JE", "44" },
    { "JOR", "JO", "962" },
    { "JPN", "JP", "81" },
    { "KAZ", "KZ", "7" },
    { "KEN", "KE", "254" },
    { "KGZ", "KG", "996" },
    { "KHM", "KH", "855" },
    { "KIR", "KI", "686" },
    { "KNA", "KN", "1869" },
    { "KOR", "KR", "82" },
    { "KWT", "KW", "965" },
    { "LAO", "LA", "856" },
    { "LBN", "LB", "961" },
    { "LBR", "LR", "231" },
    { "LBY", "LY", "218" },
    { "LCA", "LC", "1758" },
    { "LIE", "LI", "423" },
    { "LKA", "LK", "94" },
    { "LSO", "LS", "266" },
    { "LTU", "LT", "370" },
    { "LUX", "LU", "352" },
    { "LVA", "LV", "371" },
    { "MAC", "MO", "853" },
    { "MAF", "MF", "590" },
    { "MAR", "MA", "212" },
    { "MCO", "MC", "377" },
    { "MDA", "MD", "373" },
    { "MDG", "MG", "261" },
    { "MDV", "MV", "960" },
    { "MEX", "MX", "52" },
    { "MHL", "MH", "692" },
    { "MKD", "MK", "389" },
    { "MLI", "ML", "223" },
    { "MLT", "MT", "356" },
    { "MMR", "MM", "95" },
    { "MNE", "ME", "382" },
    { "MNG", "MN", "976" },
    { "MNP", "MP", "1670" },
    { "MOZ", "MZ", "258" },
    { "MRT", "MR", "222" },
    { "MSR", "MS", "1664" },
    { "MTQ", "MQ", "596" },
    { "MUS", "MU", "230" },
    { "MWI", "MW", "265" },
    { "MYS", "MY", "60" },
    { "MYT", "YT", "262" },
    { "NAM", "NA", "264" },
    { "NCL", "NC", "687" },
    { "NER", "NE", "227" },
    { "NFK", "NF", "672" },
    { "NGA", "NG", "234" },
    { "NIC", "NI", "505" },
    { "NIU", "NU", "683" },
    { "NLD", "NL", "31" },
    { "NOR", "NO", "47" },
    { "NPL", "NP", "977" },
    { "NRU", "NR", "674" },
    { "NZL", "NZ", "64" },
    { "OMN", "OM", "968" },
    { "PAK", "PK", "92" },
    { "PAN", "PA", "507" },
    { "PCN", "PN", "64" },
    { "PER", "PE", "51" },
    { "PHL", "PH", "63" },
    { "PLW", "PW", "680" },
    { "PNG", "PG", "675" },
    { "POL", "PL", "48" },
    { "PRI", "PR", "1787" },
    { "PRK", "KP", "850" },
    { "PRT", "PT", "351" },
    { "PRY", "PY", "595" },
    { "PSE", "PS", "970" },
    { "PYF", "PF", "689" },
    { "QAT", "QA", "974" },
    { "REU", "RE", "262" },
    { "ROU", "RO", "40" },
    { "RUS", "RU", "7" },
    { "RWA", "RW", "250" },
    { "SAU", "SA", "966" },
    { "SDN", "SD", "249" },
    { "SEN", "SN", "221" },
    { "SGP", "SG", "65" },
    { "SGS", "GS", "500" },
    { "SHN", "SH", "290" },
    { "SJM", "SJ", "47" },
    { "SLB", "SB", "677" },
    { "SLE", "SL", "232" },
    { "SLV", "SV", "503" },
    { "SMR", "SM", "378" },
    { "SOM", "SO", "252" },
    { "SPM", "PM", "508" },
    { "SRB", "RS", "381" },
    { "SSD", "SS", "211" },
    { "STP", "ST", "239" },
    { "SUR", "SR", "597" },
    { "SVK", "SK", "421" },
    { "SVN", "SI", "386" },
    { "SWE", "SE", "46" },
    { "SWZ", "SZ", "268" },
    { "SXM", "SX", "1721" },
    { "SYC", "SC", "248" },
    { "SYR", "SY", "963" },
    { "TCA", "TC", "1649" },
    { "TCD", "TD", "235" },
    { "TGO", "TG", "228" },
    { "THA", "TH", "66" },
    { "TJK", "TJ", "992" },
    { "TKL", "TK", "690" },
    { "TKM", "TM", "993" },
    { "TLS", "TL", "670" },
    { "TON", "TO", "676" },
    { "TTO", "TT", "1868" },
    { "TUN", "TN", "216" },
    { "TUR", "TR", "90" },
    { "TUV", "TV", "688" },
    { "TWN", "TW", "886" },
    { "TZA", "TZ", "255" },
    { "UGA", "UG", "256" },
    { "UKR", "UA", "380" },
    { "UMI", "UM", "1" },
    { "URY", "UY", "598" },
    { "USA", "US", "1" },
    { "UZB", "UZ", "998" },
    { "VAT", "VA", "39" },
    { "VCT", "VC", "1784" },
    { "VEN", "VE", "58" },
    { "VGB", "VG", "1284" },
    { "VIR", "VI", "1340" },
    { "VNM", "VN", "84" },
    { "VUT", "VU", "678" },
    { "WLF", "WF", "681" },
    { "WSM", "WS", "685" },
    { "XKX", "XK", "383" },
    { "YEM", "YE", "967" },
    { "ZAF", "ZA", "27" },
    { "ZMB", "ZM", "260" },
    { "ZWE", "ZW", "263" },
};

/* Italy and the Vatican, Ivory Coast, Burkina Faso, Benin, Congo, … */
static const char  *ngx_crm_country_zeroes[] = {
    "39", "225", "226", "229", "242", "378", "992"
};


const char *
ngx_crm_country_prefix(const ngx_str_t *code)
{
    size_t              i;
    ngx_crm_country_t   key, *found;

    if (code->len != 2 && code->len != 3) {
        return NULL;
    }

    ngx_memzero(&key, sizeof(key));

    for (i = 0; i < code->len; i++) {
        key.alpha3[i] = (char) ngx_toupper(code->data[i]);
    }

    if (code->len == 3) {
        found = bsearch(&key, ngx_crm_country_table, NGX_CRM_COUNTRIES,
                        sizeof(key), ngx_crm_country_compare);

        return found ? found->prefix : NULL;
    }

    for (i = 0; i < NGX_CRM_COUNTRIES; i++) {
        if (ngx_strcmp(ngx_crm_country_table[i].alpha2, key.alpha3) == 0) {
            return ngx_crm_country_table[i].prefix;
        }
    }

    return NULL;
}


static int
ngx_crm_country_compare(const void *one, const void *two)
{
    const ngx_crm_country_t  *first = one;
    const ngx_crm_country_t  *second = two;

    return ngx_strcmp(first->alpha3, second->alpha3);
}


const char *
ngx_crm_country_nth(ngx_uint_t n)
{
    return ngx_crm_country_table[n % NGX_CRM_COUNTRIES].prefix;
}


ngx_uint_t
ngx_crm_country_keeps_zero(const char *prefix)
{
    size_t  i;

    for (i = 0; i < sizeof(ngx_crm_country_zeroes) / sizeof(char *); i++) {
        if (ngx_strcmp(ngx_crm_country_zeroes[i], prefix) == 0) {
            return 1;
        }
    }

    return 0;
}
