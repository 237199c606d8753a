# Django REST framework with SimpleJWT, set up as its documentation says: refresh tokens rotate and are good once.
# https://django-rest-framework-simplejwt.readthedocs.io/en/latest/blacklist_app.html
# One thread serves all, since the database is in its memory.
import sys
from datetime import timedelta
from os import _exit
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=['*'],
    SECRET_KEY='a key of a server that nobody else can reach',
    PASSWORD_HASHERS=['django.contrib.auth.hashers.MD5PasswordHasher'],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    INSTALLED_APPS=[
        'django.contrib.auth',
        'django.contrib.contenttypes',
        'rest_framework',
        'rest_framework_simplejwt.token_blacklist',
    ],
    REST_FRAMEWORK={
        'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework_simplejwt.authentication.JWTAuthentication'],
        'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'],
        'DEFAULT_RENDERER_CLASSES': ['rest_framework.renderers.JSONRenderer'],
    },
    SIMPLE_JWT={'ROTATE_REFRESH_TOKENS': True, 'BLACKLIST_AFTER_ROTATION': True},
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.response import Response
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken
from rest_framework_simplejwt.views import TokenBlacklistView, TokenObtainPairView, TokenRefreshView


@api_view()
def me(request):
    return Response({'user': request.user.username})


@api_view(['POST'])
@authentication_classes([])
@permission_classes([])
def lifetime(request):
    AccessToken.lifetime = timedelta(seconds=request.data['seconds'])
    return Response({})


@api_view(['POST'])
@authentication_classes([])
@permission_classes([])
def end_sessions(request):
    for token in OutstandingToken.objects.all():
        BlacklistedToken.objects.get_or_create(token=token)
    return Response({})


urlpatterns = [
    path('api/token/', TokenObtainPairView.as_view()),
    path('api/token/refresh/', TokenRefreshView.as_view()),
    path('api/token/blacklist/', TokenBlacklistView.as_view()),
    path('api/me/', me),
    path('test/lifetime', lifetime),
    path('test/end-sessions', end_sessions),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def ends_with_its_parent():
    sys.stdin.read()
    _exit(0)


call_command('migrate', verbosity=0)
for name in ['alice', 'bob']:
    User.objects.create_user(name, password='secret')
Thread(target=ends_with_its_parent, daemon=True).start()
server = make_server('127.0.0.1', 0, get_wsgi_application(), handler_class=Quiet)
print(f'http://127.0.0.1:{server.server_port}', flush=True)
server.serve_forever()
