#include "base/ngx_crm_date.h"


static const ngx_uint_t  ngx_crm_date_days[] = {
    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
};


ngx_uint_t
ngx_crm_date_is(const ngx_str_t *text, const char *form)
{
    u_char       c;
    size_t       i;
    ngx_uint_t   day, month, year, days, *number;

    day = 0;
    month = 0;
    year = 0;

    if (text->len != ngx_strlen(form)) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        switch (form[i]) {

        case 'D':
            number = &day;
            break;

        case 'M':
            number = &month;
            break;

        case 'Y':
            number = &year;
            break;

        default:
            if (c != (u_char) form[i]) {
                return 0;
            }

            continue;
        }

        if (c < '0' || c > '9') {
            return 0;
        }

        *number = *number * 10 + (c - '0');
    }

    if (year == 0 || month == 0 || month > 12) {
        return 0;
    }

    days = ngx_crm_date_days[month - 1];

    if (month == 2
        && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    {
        days++;
    }

    return day >= 1 && day <= days;
}
