package Test::CRM::Session;

# Sessions as a client sees them, and refresh tokens as store.md words them;
# functions that take the test first.

use warnings;
use strict;

use Digest::SHA qw(hmac_sha256);
use Exporter qw(import);
use JSON::PP ();
use MIME::Base64 qw(decode_base64url encode_base64url);

use Test::CRM::Process qw(slurp);

our @EXPORT_OK = qw(sign_in sign refresh refresh_text claims);

my $path = '/self-service/v1/contacts';


# Logs a contact in that has a password; returns the reply.

sub sign_in {
    my ($t, $username, $password) = @_;

    return $t->post("$path/authenticate", { provider => 'EMAIL',
        username => $username, password => $password },
        api_key => 'key')->json;
}


sub refresh {
    my ($t, $token, %opt) = @_;

    return $t->post("$path/refresh", { refresh_token => $token },
        api_key => $opt{key} // 'key');
}


# The same as the bytes of a request.

sub refresh_text {
    my ($token) = @_;

    return Test::CRM::HTTP->text(POST => "$path/refresh",
        headers => [ api_key => 'key' ], json => { refresh_token => $token });
}


# Signs what comes before the last dot of a refresh token: mode (live), app
# (shop), secret (the first file).

sub sign {
    my ($t, $text, %opt) = @_;

    my $secret = slurp($t->dir . '/' . ($opt{secret} // 'secret'));
    my $key = hmac_sha256("crm refresh\1", hmac_sha256($secret, "\0" x 32));

    return "$text." . encode_base64url(hmac_sha256(
        join('', map { pack('N', length) . $_ } $opt{mode} // 'live',
            $opt{app} // 'shop', $text), $key));
}


sub claims {
    my ($token) = @_;

    return JSON::PP::decode_json(decode_base64url((split /\./, $token)[1]));
}


1;
