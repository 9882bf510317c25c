package Test::CRM::JWT;

# JSON Web Tokens made without the code under test: HS by Digest::SHA, RS and
# ES by the openssl command.  Header and claims go in as given, so that a
# token can be as wrong as a test wants it.

use warnings;
use strict;

use Carp qw(croak);
use Digest::SHA ();
use IPC::Open2 qw(open2);
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);

my $json = JSON::PP->new->utf8->canonical;

my %hmac = (HS256 => \&Digest::SHA::hmac_sha256,
            HS384 => \&Digest::SHA::hmac_sha384,
            HS512 => \&Digest::SHA::hmac_sha512);

my %curve = (256 => 'P-256', 384 => 'P-384', 512 => 'P-521');
my %width = (256 => 32, 384 => 48, 512 => 66);


# A token.  The key is a secret's bytes for HS, the path of a private PEM for
# RS and ES.  Claims and header are hashes, or JSON texts taken as they are.

sub mint {
    my ($alg, $key, $claims, $header) = @_;

    $header = { typ => 'JWT', alg => $alg, %{$header || {}} }
        unless defined $header && !ref $header;

    my $signed = join '.', map { encode_base64url(ref $_ ? $json->encode($_)
                                                         : $_) }
        $header, $claims;

    return $signed . '.' . encode_base64url(sign($alg, $key, $signed));
}


sub sign {
    my ($alg, $key, $text) = @_;

    return '' if lc $alg eq 'none';
    return $hmac{$alg}->($text, $key) if $hmac{$alg};

    my ($kind, $bits) = $alg =~ /^(RS|ES)(256|384|512)$/
        or croak "unknown algorithm $alg";

    my $pid = open2(my $out, my $in, 'openssl', 'dgst', "-sha$bits",
        '-sign', $key);

    binmode $_ for $in, $out;
    print $in $text;
    close $in;

    local $/;
    my $signature = <$out>;
    waitpid $pid, 0;
    croak "openssl could not sign with $key" if $?;

    return $kind eq 'RS' ? $signature : jose($signature, $width{$bits});
}


# ECDSA's DER made into the fixed-width r and s of RFC 7518, 3.4.

sub jose {
    my ($der, $width) = @_;

    my @numbers;
    my $at = ord(substr $der, 1, 1) & 0x80 ? 3 : 2;

    for (1, 2) {
        my $n = ord substr $der, $at + 1, 1;
        my $number = substr $der, $at + 2, $n;

        $number =~ s/\A\0+//;
        push @numbers, "\0" x ($width - length $number) . $number;
        $at += 2 + $n;
    }

    return join '', @numbers;
}


# Makes a key pair for RS… or ES… in a directory; returns the paths of the
# private and the public PEM.

sub pair {
    my ($alg, $dir) = @_;

    my ($kind, $bits) = $alg =~ /^(RS|ES)(256|384|512)$/
        or croak "unknown algorithm $alg";
    my $path = "$dir/" . lc $alg;

    my @how = $kind eq 'RS'
        ? (qw(-algorithm RSA -pkeyopt rsa_keygen_bits:2048))
        : (qw(-algorithm EC -pkeyopt), "ec_paramgen_curve:$curve{$bits}");

    system('openssl', 'genpkey', '-quiet', @how, '-out', "$path.key") == 0
        && system('openssl', 'pkey', '-in', "$path.key", '-pubout', '-out',
            "$path.pub") == 0
        or croak 'openssl could not make a key';

    chmod 0600, "$path.key";

    return ("$path.key", "$path.pub");
}


1;
