package Test::CRM::Envelope;

# An edge before upstreams of every dialect, the path telling which:
# /dmt/selfservice/7 is dmt's /7 before an upstream of selfservice.

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM;

our @EXPORT_OK = qw(edge apis headers seen failed);

my @apis = qw(selfservice engagement dmt actions);

# what each API says of an upstream that is not to be understood
my %failed = (
    selfservice => '502 {"status":502,"message":"Bad gateway.","error":'
        . '"CRM.EXCEPTIONS.BADGATEWAYEXCEPTION","parameters":[]}',
    engagement => '500 {"response":{"result":{"arguments":{"statusCode":"500"'
        . ',"errorCode":"Downstream error","errorMessage":"- Not Able to '
        . 'connect with CRM."}},"success":"false"}}',
    dmt => '200 {"statusCode":"4","statusDesc":"Internal Server Issue",'
        . '"KYCTypeFlag":false,"status":"FAILED"}',
    actions => '502 {"opstatus":502,"errcode":"BAD_GATEWAY","errmsg":'
        . '"Bad gateway.","httpStatusCode":502}',
);

# and where it said 500
my %broken = (
    %failed,
    selfservice => '500 {"status":500,"message":"Internal server error.",'
        . '"error":"CRM.EXCEPTIONS.SERVEREXCEPTION","parameters":[]}',
    actions => '500 {"opstatus":500,"errcode":"INTERNAL_ERROR","errmsg":'
        . '"Internal server error.","httpStatusCode":500}',
);


sub apis   { @apis }

sub failed {
    my ($api, $status) = @_;

    return ($status // 0) == 500 ? $broken{$api} : $failed{$api};
}


# what some of the APIs demand of every request
sub headers {
    return (correlationId => '1', srDate => '22-11-2026', source => 'APP',
        destination => 'CRM', operation => 'x',
        'Content-Type' => 'application/json');
}


# The options are those of Test::CRM::Conf; location and locations are for
# each pair, and beside them all.

sub edge {
    my (%opt) = @_;

    my $location = delete $opt{location} // '';
    my $more = delete $opt{locations} // '';
    my $locations = '';
    my $pass = 'proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';

    for my $to (@apis) {
        for my $from (@apis) {
            $locations .= "location /$to/$from/ { crm_api $to;
                crm_upstream_envelope $from; $location $pass }\n";
        }
    }

    return Test::CRM::conf_selfservice(tls => '', %opt,
        server => 'crm_require_tls off; crm_token off; crm_api_key off; '
            . ($opt{server} // ''),
        locations => $locations . $more);
}


# An answer as status and body, with what is wrong about its length and type.

sub seen {
    my ($r) = @_;

    my @wrong;
    my $length = $r->header('Content-Length');

    push @wrong, "length $length" if $length ne length $r->body;
    push @wrong, 'truncated' if $r->truncated;
    push @wrong, 'type ' . $r->header('Content-Type')
        if $r->header('Content-Type') ne 'application/json';

    return join ' ', $r->status, $r->body, @wrong;
}


1;
