package Test::CRM::OTP;

# One-time passwords as a client asks for them and types them in; functions
# that take the test first.  Credentials are a list: [ NAME => value, ... ].

use warnings;
use strict;

use Exporter qw(import);

our @EXPORT_OK = qw(request validate sent text credentials handle newest
    $wrong);

our $wrong = '{"status":400,"message":"Invalid one-time password.",'
    . '"error":"CRM.EXCEPTIONS.INVALIDOTPEXCEPTION","parameters":[]}';

my $path = '/self-service/v1/contacts';


sub request {
    my ($t, $method, $credentials, %opt) = @_;

    return $t->post("$path/otp", { send_method => $method,
        credentials => credentials($credentials) }, headers(%opt));
}


sub validate {
    my ($t, $credentials, $code, %opt) = @_;

    return $t->post("$path/validate-otp", { code => $code,
        credentials => credentials($credentials) }, headers(%opt));
}


sub headers {
    my (%opt) = @_;

    return (api_key => $opt{key} // 'key');
}


sub credentials {
    my @list = @{$_[0]};
    my @credentials;

    while (my ($name, $value) = splice @list, 0, 2) {
        push @credentials, { name => $name, value => $value };
    }

    return \@credentials;
}


# A validation as the bytes of a request, for many at once.

sub text {
    my ($credentials, $code, %opt) = @_;

    return Test::CRM::HTTP->text(POST => "$path/validate-otp",
        headers => [ headers(%opt) ], json => { code => $code,
        credentials => credentials($credentials) });
}


# A code that is sent: its handle, and the message it went out in.

sub sent {
    my ($t, @request) = @_;

    my $r = request($t, @request);

    return (handle($r), newest($t));
}


sub handle { $_[0]->json->{auth_otp} }
sub newest { ($_[0]->outbox)[-1] }


1;
