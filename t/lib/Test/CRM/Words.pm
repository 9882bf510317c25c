package Test::CRM::Words;

# What selfservice says when it refuses, and an answer as one text to compare
# with it:
#
#     is(said($t->get('/self-service/v1/stores')), refused('no_token'));

use warnings;
use strict;

use Carp qw(croak);
use Exporter qw(import);
use JSON::PP ();

our @EXPORT_OK = qw(said refused bearer);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

my %reasons = (
    bad_request        => [ 400, 'INVALIDVALUE', 'Bad request.' ],
    missing            => [ 400, 'MANDATORYFIELD',
                            'A mandatory field is missing.' ],
    invalid            => [ 400, 'INVALIDVALUE',
                            'A field has an invalid value.' ],
    invalid_json       => [ 400, 'INVALIDJSON',
                            'The body is not valid JSON.' ],
    wrong_credentials  => [ 400, 'INVALIDCREDENTIALS', 'Invalid username or '
                            . 'password.' ],
    wrong_api_key      => [ 401, 'INVALIDAPIKEY', 'Invalid API key.' ],
    no_token           => [ 401, 'INVALIDTOKEN', 'A token is required.' ],
    wrong_token        => [ 401, 'INVALIDTOKEN', 'Invalid token.' ],
    tls_required       => [ 403, 'HTTPSREQUIRED', 'HTTPS is required.' ],
    forbidden_api_key  => [ 403, 'FORBIDDEN', 'The API key has no '
                            . 'permission for this request.' ],
    forbidden          => [ 403, 'FORBIDDEN',
                            'The request is not permitted.' ],
    not_found          => [ 404, 'NOTFOUND', 'Record not found.' ],
    method_not_allowed => [ 405, 'METHODNOTALLOWED', 'Method not allowed.' ],
    too_large          => [ 413, 'TOOLARGE', 'The request is too large.' ],
    too_many_requests  => [ 429, 'TOOMANYREQUESTS', 'Too many requests.' ],
    internal           => [ 500, 'SERVER', 'Internal server error.' ],
    bad_gateway        => [ 502, 'BADGATEWAY', 'Bad gateway.' ],
    unavailable        => [ 503, 'UNAVAILABLE', 'Service unavailable.' ],
    gateway_timeout    => [ 504, 'GATEWAYTIMEOUT', 'Gateway timeout.' ],
);


# An answer's status and body.

sub said {
    my ($r) = @_;

    return $r->status . ' ' . $r->body;
}


# The status and body of a refusal, by its name and parameters.

sub refused {
    my ($name, @parameters) = @_;

    my ($status, $code, $message) = @{$reasons{$name}
                                      || croak "no reason $name"};

    return qq($status {"status":$status,"message":"$message",)
        . qq("error":"CRM.EXCEPTIONS.${code}EXCEPTION",)
        . '"parameters":' . $json->encode(\@parameters) . '}';
}


# The header of a token, as a pair.

sub bearer { (Authorization => "Bearer $_[0]") }


1;
